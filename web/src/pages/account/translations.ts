/** Where the words of the account pages are in other languages. */
import { translate } from "../../ui/language";
import { words } from "./words";

translate(words, { de: async () => (await import("./words.de")).german });
