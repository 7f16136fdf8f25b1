import { cipherSuite } from "../cipher-suite.ts";
import { homesSuite } from "../homes-suite.ts";
import { cipherInMemory, homesInMemory, inMemory } from "./memory-backend.ts";
import { portSuites } from "./port-suites.ts";

// The core's tests use these ports, so they must behave like the real ones.
portSuites(inMemory);
homesSuite(homesInMemory());
cipherSuite("memory", cipherInMemory());
// Mailer and event bus have no suite. The core reads nothing back from them, so there is no shared behaviour. Memory
// keeps mail and events. Tests of the real ports check the requests to SES and EventBridge.
