import "../ui/controls.css";
import "./prejoin.css";
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { LocalMedia } from "../meeting/types";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { DeviceHelp, DevicePicker } from "../ui/DevicePicker";
import { Field } from "../ui/Field";
import { CameraIcon, CameraOffIcon, MicIcon, MicOffIcon } from "../ui/icons";
import { LanguageSelect } from "../ui/LanguageSelect";
import { Mark, Wordmark } from "../ui/Mark";
import { problemShort } from "../ui/problems";
import { text } from "../ui/text";
import { Video } from "../ui/Video";
import { rememberedName } from "./rememberedName";

interface PreJoinProps {
  readonly local: LocalMedia;
  readonly meetingId: string;
  readonly givenName: string | null;
  readonly isHost: boolean;
  readonly isJoining: boolean;
  onJoin(name: string): void;
}

const LONGEST_NAME = 64;
/** A camera that nobody has to be asked for has answered by then. */
const ASKS_AFTER_MS = 1500;

/** The door: how I look and sound, who I am, and one button. It works without any device. */
export function PreJoin({ local, meetingId, givenName, isHost, isJoining, onJoin }: PreJoinProps): JSX.Element {
  const [name, setName] = useState(() => (givenName ?? rememberedName()).slice(0, LONGEST_NAME));
  useEffect(() => {
    document.title = `${meetingId} · ${text.brand}`;
    void local.start();
  }, [local, meetingId]);
  // Neither is drawn anew by what does not concern it: a press of "Join now" must not stand in the way of joining.
  const preview = useMemo(() => <Preview local={local} name={name} />, [local, name]);
  const devices = useMemo(
    () => (
      <>
        <DeviceHelp local={local} />
        <DevicePicker local={local} />
      </>
    ),
    [local],
  );
  return (
    <div class="door">
      <header class="door-head">
        <Wordmark />
        <LanguageSelect />
      </header>
      <main class="door-main">
        {preview}
        <form
          class="door-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (!isJoining) onJoin(name.trim());
          }}
        >
          <div class="door-words">
            <h1>{isHost ? text.door.titleHost : text.door.title}</h1>
            <p>
              {text.door.meeting} <strong>{meetingId}</strong>
              {isHost ? `. ${text.door.asHost}` : null}
            </p>
          </div>
          <Field
            label={text.door.name}
            name="name"
            placeholder={text.door.namePlaceholder}
            autocomplete="name"
            maxLength={LONGEST_NAME}
            value={name}
            enterkeyhint="go"
            onValue={setName}
          />
          <Button type="submit" look="primary" size="large" isWide disabled={isJoining}>
            {isJoining ? text.door.joining : text.door.join}
          </Button>
          {devices}
        </form>
      </main>
    </div>
  );
}

/** My picture with its two switches, before a meeting. */
export function Preview({ local, name }: { readonly local: LocalMedia; readonly name: string }): JSX.Element {
  const stream = local.preview.value;
  const isCameraOn = local.isCameraOn.value;
  const isMicOn = local.isMicOn.value;
  return (
    <section class="preview" aria-label={text.door.camera}>
      {stream && isCameraOn ? (
        <Video stream={stream} isMirrored />
      ) : (
        <div class="preview-face">
          {name.trim() ? <Avatar name={name} /> : <Mark />}
          <PreviewWords local={local} />
        </div>
      )}
      <div class="preview-controls">
        <Toggle
          isOn={isMicOn}
          label={isMicOn ? text.call.microphoneOn : text.call.microphoneOff}
          problem={local.microphoneProblem.value}
          icon={isMicOn ? <MicIcon /> : <MicOffIcon />}
          onPress={() => void local.setMic(!isMicOn)}
        />
        <Toggle
          isOn={isCameraOn}
          label={isCameraOn ? text.call.cameraOn : text.call.cameraOff}
          problem={local.cameraProblem.value}
          icon={isCameraOn ? <CameraIcon /> : <CameraOffIcon />}
          onPress={() => void local.setCamera(!isCameraOn)}
        />
      </div>
    </section>
  );
}

interface ToggleProps {
  readonly isOn: boolean;
  readonly label: string;
  readonly problem: LocalMedia["cameraProblem"]["value"];
  readonly icon: JSX.Element;
  onPress(): void;
}

function Toggle({ isOn, label, problem, icon, onPress }: ToggleProps): JSX.Element {
  return (
    <button
      type="button"
      class={`control is-${isOn ? "plain" : "off"}`}
      aria-label={problem ? `${label}. ${problemShort(problem)}` : label}
      data-tip={label}
      onClick={onPress}
    >
      <span class="control-disc">
        {icon}
        {problem ? (
          <span class="control-badge is-problem" aria-hidden="true">
            !
          </span>
        ) : null}
      </span>
    </button>
  );
}

function PreviewWords({ local }: { readonly local: LocalMedia }): JSX.Element {
  const [isAsking, setIsAsking] = useState(false);
  const isStarting = local.isShowing.value;
  useEffect(() => {
    if (!isStarting) return;
    const timer = window.setTimeout(() => setIsAsking(true), ASKS_AFTER_MS);
    return () => {
      window.clearTimeout(timer);
      setIsAsking(false);
    };
  }, [isStarting]);
  return <p role="status">{previewWords(local, isStarting && isAsking)}</p>;
}

function previewWords(local: LocalMedia, isAsking: boolean): string {
  const problem = local.cameraProblem.value;
  if (problem === "missing") return text.door.noCamera;
  if (problem === "blocked") return text.problems.blockedCamera.badge;
  if (problem === "busy") return text.problems.busyCamera.badge;
  if (problem === "unsupported") return text.problems.unsupported.badge;
  if (problem === "paused") return text.problems.pausedCamera.badge;
  if (!local.isCameraOn.value) return text.door.cameraOff;
  const background = local.backgroundState.value;
  if (background === "starting" || background === "failed") return text.door.backgroundStates[background];
  return isAsking ? text.door.allow : text.door.starting;
}
