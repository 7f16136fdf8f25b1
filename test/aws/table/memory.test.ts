import { cipherSuite } from "../cipher-suite.ts";
import { homesSuite } from "../homes-suite.ts";
import { cipherInMemory, homesInMemory, inMemory } from "./memory-backend.ts";
import { portSuites } from "./port-suites.ts";

// The tests of the core use these ports: they must do what the real ones do.
portSuites(inMemory);
homesSuite(homesInMemory());
cipherSuite("memory", cipherInMemory());
// Mailer and event bus have no suite. The core gives them a mail or an event and reads nothing back, so there is no
// behaviour to share: memory keeps what it was given, and tests of the real ones look at what reaches SES and EventBridge.
