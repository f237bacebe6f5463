/** The best blur that this browser can do. Loaded only when somebody asks for it. */
import type { FilteredPicture, PictureFilter } from "../pictureFilter";
import { PersonBlur } from "./personBlur";
import { plainBlur } from "./plainBlur";

export function createBlur(): PictureFilter {
  let person = PersonBlur.isPossible() ? new PersonBlur() : null;
  return {
    async apply(source, onBroken, unwanted): Promise<FilteredPicture> {
      if (!person) return plainBlur.apply(source, onBroken, unwanted);
      const broken = (): void => {
        person = null;
        onBroken();
      };
      try {
        return await person.apply(source, broken, unwanted);
      } catch (problem) {
        if (unwanted.aborted) throw problem;
        // No model, no memory, a browser that only claims to be able: everything blurred is better than nothing.
        person = null;
        return plainBlur.apply(source, onBroken, unwanted);
      }
    },
  };
}
