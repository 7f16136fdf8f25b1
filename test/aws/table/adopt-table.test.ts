import { adoptSuite } from "./adopt-suite.ts";
import { startEmbedded } from "./embedded.ts";

const embedded = startEmbedded();
adoptSuite({ name: "the embedded endpoint", url: () => embedded.aws.url, raisesConflicts: true });
