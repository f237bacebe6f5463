import type { JSX } from "preact";
import type { Person } from "../meeting/types";
import { Button } from "./Button";
import { SpotlightIcon } from "./icons";
import { text } from "./text";

interface SpotlightButtonProps {
  readonly person: Person;
  readonly isInSpotlight: boolean;
  onSpotlight(person: Person | null): void;
}

/** For hosts: show this person large to everybody, or end it. */
export function SpotlightButton({ person, isInSpotlight, onSpotlight }: SpotlightButtonProps): JSX.Element {
  const long = person.isMe ? text.view.spotlightMe : text.view.spotlightFor(person.name);
  return (
    <Button
      size="small"
      icon={<SpotlightIcon size="tiny" />}
      aria-label={isInSpotlight ? text.view.spotlightEnd : long}
      onClick={() => onSpotlight(isInSpotlight ? null : person)}
    >
      {isInSpotlight ? text.view.spotlightEnd : text.view.spotlight}
    </Button>
  );
}
