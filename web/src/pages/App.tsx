import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { route } from "../router";
import { languageReady } from "../ui/language";
import { LoadingMark } from "../ui/Mark";
import { text } from "../ui/text";
import { Join } from "./Join";
import { StatePage } from "./StatePage";

/** The page of the current address; each but the door of a meeting is a chunk of its own. */
export function App(): JSX.Element {
  const current = route.value;
  if (current.page === "join") return <Join key={current.meetingId} meetingId={current.meetingId} />;
  if (current.page === "home") return <Lazy key="home" load={loadHome} />;
  if (current.page === "entrance") return <Lazy key="entrance" load={loadEntrance} />;
  if (current.page === "dashboard") return <Lazy key="dashboard" load={loadDashboard} />;
  return <StatePage {...text.states.page} hasHome />;
}

const loadHome = async (): Promise<ComponentType> => (await import("./Home")).Home;

const loadEntrance = async (): Promise<ComponentType> => (await import("./account/Entrance")).EntrancePage;

const loadDashboard = async (): Promise<ComponentType> => (await import("./account/Dashboard")).DashboardPage;

/** Shows the loading mark until the chunk is there, and says what to do when it does not come. */
function Lazy({ load }: { load(): Promise<ComponentType> }): JSX.Element {
  const [Page, setPage] = useState<ComponentType | null>(null);
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    // The words come beside the chunk, and a chunk may bring words of its own.
    Promise.all([load().then(async (loaded) => languageReady().then(() => loaded)), languageReady()]).then(
      ([loaded]) => setPage(() => loaded),
      () => setBroken(true),
    );
  }, []);
  if (isBroken) {
    const { title, body, again } = text.states.broken;
    return <StatePage title={title} body={body} action={{ label: again, run: () => window.location.reload() }} />;
  }
  return Page ? <Page /> : <LoadingMark label={text.common.loading} />;
}
