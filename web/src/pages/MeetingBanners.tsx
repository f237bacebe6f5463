import type { ReadonlySignal, Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { MeetingSession } from "../meeting/types";
import { Button } from "../ui/Button";
import { CopyButton } from "../ui/CopyButton";
import { PlugIcon, ShareIcon, SoundIcon, WeakIcon } from "../ui/icons";
import { Banner, Notices } from "../ui/Notices";
import { linesOf } from "../ui/noticeLines";
import { text } from "../ui/text";
import { useFocusKept } from "../ui/useFocusKept";
import { Knock } from "./Knock";
import { NewMessage } from "./NewMessage";
import { ViewBanners } from "./ViewBanners";
import { VoiceHints } from "./VoiceHints";

interface BannersProps {
  readonly session: MeetingSession;
  readonly isSoundBlocked: Signal<boolean>;
  readonly isTalking: ReadonlySignal<boolean>;
  readonly isPeopleOpen: boolean;
  readonly isChatOpen: boolean;
  onPeople(): void;
  onChat(): void;
}

/** What stands over the stage: states that last, and notices that pass. */
export function Banners(props: BannersProps): JSX.Element {
  const { session, isSoundBlocked, isTalking, isPeopleOpen, isChatOpen, onPeople, onChat } = props;
  const element = useRef<HTMLDivElement>(null);
  useFocusKept(element);
  return (
    <div class="meeting-top" ref={element}>
      {/* Always there: a region that comes together with its words is not read out. */}
      <div class="banners" role="status" aria-atomic="false">
        {session.phase.value.kind === "reconnecting" ? (
          <Banner tone="warning" icon={<PlugIcon size="small" />}>
            {text.call.reconnecting}
          </Banner>
        ) : null}
        {isCutOff(session) ? (
          <Banner tone="warning" icon={<WeakIcon size="small" />}>
            {text.call.networkBlocks}
          </Banner>
        ) : null}
        {session.uplink.value !== "full" && !isCutOff(session) ? (
          <Banner tone="calm" icon={<WeakIcon size="small" />}>
            {text.call.uplink[session.uplink.value]}
          </Banner>
        ) : null}
        {isSoundBlocked.value ? (
          <Banner
            tone="calm"
            icon={<SoundIcon size="small" />}
            action={
              <Button
                size="small"
                onClick={() => {
                  isSoundBlocked.value = false;
                }}
              >
                {text.call.enableSound}
              </Button>
            }
          >
            {text.call.soundBlocked}
          </Banner>
        ) : null}
        <ViewBanners session={session} />
        {session.isSharing.value ? (
          <Banner
            tone="on"
            icon={<ShareIcon size="small" />}
            action={
              <Button size="small" onClick={() => session.stopShare()}>
                {text.call.shareStop}
              </Button>
            }
          >
            {text.call.youShare}
          </Banner>
        ) : null}
        <VoiceHints session={session} isTalking={isTalking} />
      </div>
      <Knock session={session} isPeopleOpen={isPeopleOpen} onSeeAll={onPeople} />
      <Notices notices={session.notices.value} linesOf={linesOf} />
      <NewMessage talk={session.talk} isChatOpen={isChatOpen} onOpen={onChat} />
    </div>
  );
}

/** Media reaches nobody at all; with a single unreachable person it may be their network, and their tile says so. */
function isCutOff(session: MeetingSession): boolean {
  const others = session.people.value.filter((person) => !person.isMe && !person.isReconnecting);
  return others.length > 0 && others.every((person) => session.remote(person.id).quality.value === "blocked");
}

/** Nobody else is here yet: the link is what one needs now. */
export function Alone({ link }: { readonly link: string }): JSX.Element {
  return (
    <section class="alone" aria-label={text.call.aloneTitle}>
      <h2>{text.call.aloneTitle}</h2>
      <p>{text.call.aloneBody}</p>
      <input
        class="alone-link"
        readOnly
        value={link.replace(/^https?:\/\//u, "")}
        aria-label={text.call.linkLabel}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton value={link} label={text.call.copyLink} done={text.call.linkCopied} look="primary" />
    </section>
  );
}
