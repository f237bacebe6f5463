/** Where the words of `text.ts` are in other languages. */
import { translate } from "./language";
import { text } from "./text";

translate(text, { de: async () => (await import("./text.de")).german });
