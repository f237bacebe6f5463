/**
 * The client for a join link: everything that the door needs comes with the page, in one step. Loaded after the router
 * has looked at the address it would be two steps later, and so would be the camera, the socket and the first frame.
 */
import { Join } from "./pages/Join";
import { start } from "./start";

void start(Join);
