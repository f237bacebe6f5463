import "./scene.css";
import type { JSX } from "preact";

interface Guest {
  readonly x: number;
  readonly y: number;
  readonly colour: number;
  readonly mood: "smile" | "talk" | "laugh";
}

/** Six places around the table, clockwise from the top. */
const GUESTS: readonly Guest[] = [
  { x: 196, y: 52, colour: 1, mood: "smile" },
  { x: 336, y: 122, colour: 5, mood: "talk" },
  { x: 346, y: 276, colour: 6, mood: "smile" },
  { x: 212, y: 350, colour: 3, mood: "laugh" },
  { x: 70, y: 290, colour: 7, mood: "smile" },
  { x: 58, y: 130, colour: 4, mood: "smile" },
];

const MOUTHS: Readonly<Record<Guest["mood"], JSX.Element>> = {
  smile: <path d="M-9 6a10 10 0 0 0 18 0" />,
  talk: <ellipse cx="0" cy="9" rx="5" ry="4" class="scene-open" />,
  laugh: <path d="M-10 5h20a10 9 0 0 1-20 0Z" class="scene-open" />,
};

/** The home page's picture: people around one pizza, seen from above; one speaks, one has a hand up, one laughs. */
export function TableScene({ label }: { readonly label: string }): JSX.Element {
  return (
    <svg class="scene" viewBox="0 0 400 400" role="img" aria-label={label}>
      <title>{label}</title>
      <circle class="scene-cloth" cx="200" cy="200" r="150" />
      <circle class="scene-plate" cx="198" cy="204" r="104" />
      <Pizza />
      {GUESTS.map((guest) => (
        <g key={guest.colour} transform={`translate(${guest.x} ${guest.y})`}>
          {guest.mood === "talk" ? <circle class="scene-speaking" r="44" /> : null}
          <circle r="36" fill={`var(--person-${guest.colour})`} />
          <g class="scene-face">
            <circle cx="-10" cy="-6" r="3" />
            <circle cx="10" cy="-6" r="3" />
            {MOUTHS[guest.mood]}
          </g>
        </g>
      ))}
      <g class="scene-bubble" transform="translate(352 44)">
        <path d="M-30-18h60a14 14 0 0 1 14 14v8a14 14 0 0 1-14 14h-34l-14 13v-13h-12a14 14 0 0 1-14-14v-8a14 14 0 0 1 14-14Z" />
        <circle cx="-16" r="4" />
        <circle cx="0" r="4" />
        <circle cx="16" r="4" />
      </g>
      <g class="scene-hand" transform="translate(32 84)">
        <circle r="20" />
        <path
          transform="translate(-12.5 -12.5)"
          d="M8 12.5V6.25a1.4 1.4 0 0 1 2.8 0V11m0-.5V4.4a1.4 1.4 0 0 1 2.8 0V11m0-5.2a1.4 1.4 0 0 1 2.8 0V12m0-2.7a1.4 1.4 0 0 1 2.8 0v5.2c0 3.6-2.5 6.5-6.2 6.5-2.6 0-4.2-1-5.5-3.1l-3-4.9a1.5 1.5 0 0 1 2.4-1.7L8 13.6"
        />
      </g>
    </svg>
  );
}

function Pizza(): JSX.Element {
  return (
    <g class="scene-pizza">
      <path class="scene-crust" d="M198 204 220.8 118.9A88 88 0 1 0 283 181.2Z" />
      <path class="scene-cheese" d="M198 204 217.9 129.6A77 77 0 1 0 272.4 184.1Z" />
      <g transform="translate(20 -20)">
        <path class="scene-crust" d="M198 204 220.8 118.9A88 88 0 0 1 283 181.2Z" />
        <path class="scene-cheese" d="M198 204 217.9 129.6A77 77 0 0 1 272.4 184.1Z" />
        <circle class="scene-topping" cx="238" cy="164" r="11" />
      </g>
      <g class="scene-topping">
        <circle cx="160" cy="172" r="12" />
        <circle cx="152" cy="226" r="12" />
        <circle cx="200" cy="250" r="12" />
        <circle cx="240" cy="224" r="11" />
        <circle cx="194" cy="156" r="9" />
      </g>
      <g class="scene-basil">
        <path d="M180 204c8-10 20-10 26-4-4 10-16 14-26 4Z" />
        <path d="M212 218c2-11 11-16 19-14 2 9-7 18-19 14Z" transform="translate(-44 38)" />
        <path d="M146 196c-3-10 2-18 9-21 6 7 2 19-9 21Z" transform="translate(30 -8)" />
      </g>
    </g>
  );
}
