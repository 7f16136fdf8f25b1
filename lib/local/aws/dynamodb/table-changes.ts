import { AwsError } from "../shared/protocol.ts";
import type { Types } from "./dynalite.ts";
import { type Engine, requireTable } from "./engine.ts";
import { tableRow } from "./rows.ts";
import { beginStream, streamSpecification } from "./table-operations.ts";
import type { Json, TableDescription, TableState } from "./types.ts";

const tableName: Types = {
  TableName: { type: "String", required: true, tableName: true, regex: "[a-zA-Z0-9_.-]+" },
};

/**
 * Performs UpdateTable, which can only enable a stream here, at once.
 * @throws ResourceNotFoundException
 * @throws ValidationException if the table already has a stream.
 */
export async function updateTable(engine: Engine, input: Json): Promise<Json> {
  const data = engine.dynalite.validate({ types: { ...tableName, ...streamSpecification } }, input);
  const table = requireTable(engine, data.TableName);
  const StreamSpecification = data.StreamSpecification as TableDescription["StreamSpecification"];
  if (!StreamSpecification?.StreamEnabled)
    throw new AwsError("ValidationException", "Only a stream can be switched on here");
  if (table.description.StreamSpecification)
    throw new AwsError(
      "ValidationException",
      `Table already has an enabled stream: TableName: ${data.TableName}`,
    );
  const description = { ...table.description, StreamSpecification };
  beginStream(engine, description);
  await store(engine, { ...table, description });
  return { TableDescription: description };
}

/**
 * Performs DescribeContinuousBackups.
 * @throws ResourceNotFoundException
 */
export function describeContinuousBackups(engine: Engine, input: Json): Json {
  const data = engine.dynalite.validate({ types: tableName }, input);
  return backupsOf(requireTable(engine, data.TableName));
}

/**
 * Performs UpdateContinuousBackups. It records the setting but backs up nothing.
 * @throws ResourceNotFoundException
 */
export async function updateContinuousBackups(engine: Engine, input: Json): Promise<Json> {
  const types: Types = {
    ...tableName,
    PointInTimeRecoverySpecification: {
      type: "FieldStruct<PointInTimeRecoverySpecification>",
      notNull: true,
      children: { PointInTimeRecoveryEnabled: { type: "Boolean", notNull: true } },
    },
  };
  const data = engine.dynalite.validate({ types }, input);
  const asked = data.PointInTimeRecoverySpecification as { PointInTimeRecoveryEnabled: boolean };
  const table = { ...requireTable(engine, data.TableName), isRecoverable: asked.PointInTimeRecoveryEnabled };
  await store(engine, table);
  return backupsOf(table);
}

function backupsOf({ isRecoverable = false }: TableState): Json {
  const PointInTimeRecoveryStatus = isRecoverable ? "ENABLED" : "DISABLED";
  const PointInTimeRecoveryDescription = { PointInTimeRecoveryStatus };
  return {
    ContinuousBackupsDescription: { ContinuousBackupsStatus: "ENABLED", PointInTimeRecoveryDescription },
  };
}

async function store(engine: Engine, table: TableState): Promise<void> {
  const { TableName } = table.description;
  engine.tables.set(TableName, table);
  await engine.database.commit([{ type: "put", key: tableRow(TableName), value: table }]);
}
