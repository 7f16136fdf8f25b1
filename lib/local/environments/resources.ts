import { tableShape } from "../../manifest/table-shape.ts";

/** Names of the resources that the stack has on AWS and the runner creates at start. */
export const tableName = "vestibule";
export const bucketName = "vestibule-homes";
export const keyAlias = "alias/vestibule";
export const configurationSet = "vestibule";

const { partitionKey, sortKey, dueJobs } = tableShape;

/** The stack's table, as input of DynamoDB's CreateTable. */
export const tableDefinition = {
  TableName: tableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: partitionKey, AttributeType: "S" },
    { AttributeName: sortKey, AttributeType: "S" },
    { AttributeName: dueJobs.partitionKey, AttributeType: "S" },
    { AttributeName: dueJobs.sortKey, AttributeType: "N" },
  ],
  KeySchema: [
    { AttributeName: partitionKey, KeyType: "HASH" },
    { AttributeName: sortKey, KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: dueJobs.index,
      KeySchema: [
        { AttributeName: dueJobs.partitionKey, KeyType: "HASH" },
        { AttributeName: dueJobs.sortKey, KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
};
