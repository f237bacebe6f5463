/** The client for every address but the join pages' (`join.tsx`). */
import { start } from "./start";

void start();
