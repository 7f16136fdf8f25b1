import { openTable } from "../table/table.ts";
import { variable } from "../variables.ts";

/** Opens the deployment's table. */
export const wireTable = () => openTable(variable("TABLE_NAME"));
