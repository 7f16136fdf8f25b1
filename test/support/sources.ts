import type { Sources } from "../../lib/manifest/variables.ts";
import { readSettings } from "../../lib/settings/settings.ts";

/** The default settings, with arbitrary resource names. */
export const sources: Sources = {
  settings: readSettings({}),
  tableName: "table",
  keyArn: "key",
  bucketName: "bucket",
  configurationSet: "configuration-set",
  publicUrl: "https://accounts.example.com",
  allowedOrigins: [],
  mailTexts: "",
  mailLayout: "",
};
