import "./shortcuts.css";
import type { JSX } from "preact";
import { Dialog } from "./Dialog";
import { keysFor, SHORTCUT_NAMES } from "./shortcuts";
import { text } from "./text";

/** Every key of the meeting; the list is made from the keys that work. */
export function ShortcutSheet({ onClose }: { onClose(): void }): JSX.Element {
  const { keys, space, escape: esc, arrows } = text.view;
  const rows: readonly (readonly [string, string])[] = [
    ...SHORTCUT_NAMES.map((name) => [keys[name], keysFor(name)] as const),
    [keys.talk, space],
    [keys.help, "?"],
    [keys.close, esc],
    [keys.move, arrows],
  ];
  return (
    <Dialog title={text.view.shortcuts} onClose={onClose}>
      <dl class="shortcuts">
        {rows.map(([does, pressed]) => (
          <div key={does}>
            <dt>{does}</dt>
            <dd>
              <kbd>{pressed}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
