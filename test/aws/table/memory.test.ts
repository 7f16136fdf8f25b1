import { inMemory } from "./memory-backend.ts";
import { portSuites } from "./port-suites.ts";

// The tests of the core use these ports: they must do what the table does.
portSuites(inMemory);
