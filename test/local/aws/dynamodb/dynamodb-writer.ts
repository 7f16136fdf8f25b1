import { openDynamoDb } from "../../../../lib/local/aws/dynamodb/dynamodb.ts";
import { claim, mainTable, transact } from "./support.ts";

/*
 * The process that the durability test kills. It opens the directory and creates the table if there is none. Then it
 * makes parallel transactions from the given number on, and prints each number after its acknowledgement.
 */
const [directory = "", first = "0"] = process.argv.slice(2);
const engine = await openDynamoDb({ directory });
const { TableNames } = await engine.tables.call("ListTables", {});
if ((TableNames as string[]).length === 0) await engine.tables.call("CreateTable", mainTable);
let next = Number(first);

async function write(): Promise<never> {
  for (;;) {
    const number = next++;
    const parts = ["A", "B"].map((kind) => claim(`${kind}#${number}`));
    await transact(engine, [...parts, claim(`C#${number}`, { group: "jobs", due: String(number) })]);
    process.stdout.write(`${number}\n`);
  }
}

await Promise.all([write(), write(), write(), write()]);
