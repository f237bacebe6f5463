import "./devices.css";
import type { JSX } from "preact";
import type { LocalMedia } from "../meeting/types";
import { Button } from "./Button";
import { Choice } from "./Choice";
import { Select } from "./Field";
import { CameraIcon, MicIcon, SoundIcon, WarningIcon } from "./icons";
import { LevelMeter } from "./LevelMeter";
import { problemWords } from "./problems";
import { Switch } from "./Switch";
import { text } from "./text";

/** Which camera, microphone and speaker, how they are used, and how loud the microphone hears. */
export function DevicePicker({ local }: { readonly local: LocalMedia }): JSX.Element {
  return (
    <div class="devices">
      <Select
        label={text.door.chooseCamera}
        icon={<CameraIcon size="small" />}
        value={local.cameraId.value}
        options={optionsOf(
          local.cameras.value,
          text.door.camera,
          isLookedFor(local) ? text.door.noCamera : text.door.camera,
        )}
        isDisabled={local.cameras.value.length === 0}
        onChoose={(id) => void local.chooseCamera(id)}
      />
      <Background local={local} />
      <Select
        label={text.door.chooseMicrophone}
        icon={<MicIcon size="small" />}
        value={local.microphoneId.value}
        options={optionsOf(
          local.microphones.value,
          text.door.microphone,
          isLookedFor(local) ? text.door.noMicrophone : text.door.microphone,
        )}
        isDisabled={local.microphones.value.length === 0}
        onChoose={(id) => void local.chooseMicrophone(id)}
      />
      {/* Its place is kept while the microphone opens, so that nothing below moves. */}
      {local.microphone.value || !local.microphoneProblem.value ? (
        <div class="devices-level">
          <LevelMeter level={local.level} />
          <p>{local.isMicOn.value ? text.door.levelHint : text.door.levelOff}</p>
        </div>
      ) : null}
      <Switch
        label={text.door.noise}
        hint={text.door.noiseHint}
        isOn={local.isNoiseSuppressed.value}
        onChange={(isOn) => void local.setNoiseSuppression(isOn)}
      />
      {local.speakers.value.length > 0 ? (
        <Select
          label={text.door.chooseSpeaker}
          icon={<SoundIcon size="small" />}
          value={local.speakerId.value}
          options={speakerOptions(local.speakers.value)}
          onChoose={(id) => local.chooseSpeaker(id)}
        />
      ) : null}
    </div>
  );
}

function Background({ local }: { readonly local: LocalMedia }): JSX.Element {
  const state = local.backgroundState.value;
  return (
    <div class="devices-background">
      <Choice
        label={text.door.background}
        value={local.background.value}
        options={[
          { value: "none", label: text.door.backgroundNone },
          { value: "blur", label: text.door.backgroundBlur },
        ]}
        onChoose={(background) => void local.setBackground(background)}
      />
      <p role="status">{state === "off" || state === "background" ? "" : text.door.backgroundStates[state]}</p>
    </div>
  );
}

/** What is wrong with the devices and how to mend it; nothing when all is well. */
export function DeviceHelp({ local }: { readonly local: LocalMedia }): JSX.Element | null {
  const camera = local.cameraProblem.value;
  const microphone = local.microphoneProblem.value;
  const problems = problemWords(camera, microphone);
  if (problems.length === 0) return null;
  const canRetry = camera !== "unsupported" && microphone !== "unsupported";
  return (
    <div class="device-help" role="status">
      {problems.map((problem) => (
        <div class="device-problem" key={problem.badge}>
          <WarningIcon size="small" />
          <div>
            <p class="device-problem-title">{problem.badge}</p>
            <p>{problem.help}</p>
          </div>
        </div>
      ))}
      {canRetry ? (
        <Button size="small" onClick={() => void local.retry()}>
          {text.common.tryAgain}
        </Button>
      ) : null}
    </div>
  );
}

/** Devices are listed only when one has been opened: while the browser asks, nothing is missing yet. */
function isLookedFor({ cameras, microphones, cameraProblem, microphoneProblem }: LocalMedia): boolean {
  const isListed = cameras.value.length + microphones.value.length > 0;
  return isListed || cameraProblem.value !== null || microphoneProblem.value !== null;
}

function optionsOf(
  devices: readonly MediaDeviceInfo[],
  kind: string,
  none: string,
): readonly { readonly value: string; readonly label: string }[] {
  if (devices.length === 0) return [{ value: "", label: none }];
  return devices.map((device, index) => ({
    value: device.deviceId,
    label: device.label || text.door.deviceName(kind, index + 1),
  }));
}

/** The system's default comes first, under the empty id that `setSinkId` has for it. */
function speakerOptions(
  speakers: readonly MediaDeviceInfo[],
): readonly { readonly value: string; readonly label: string }[] {
  const named = speakers.filter(({ deviceId }) => deviceId !== "default" && deviceId !== "");
  return [{ value: "", label: text.door.defaultSpeaker }, ...optionsOf(named, text.door.speaker, "")].filter(
    ({ label }) => label !== "",
  );
}
