// Loaded before a command (`node --import`): what Node makes of its modules is kept in the system's temporary folder, so that
// the next run starts in half the time. NODE_DISABLE_COMPILE_CACHE=1 turns it off.
import { enableCompileCache } from 'node:module';

enableCompileCache();
