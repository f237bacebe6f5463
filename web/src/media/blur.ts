/** The best blur that this browser can do. Loaded only when somebody asks for it. */
import type { PictureFilter } from "./pictureFilter";
import { plainBlur } from "./plainBlur";

export function createBlur(): PictureFilter {
  return plainBlur;
}
