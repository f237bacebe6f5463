import "./devices.css";
import type { JSX } from "preact";
import type { LocalMedia } from "../meeting/types";
import { Button } from "./Button";
import { Select } from "./Field";
import { CameraIcon, MicIcon, WarningIcon } from "./icons";
import { LevelMeter } from "./LevelMeter";
import { problemWords } from "./problems";
import { text } from "./text";

/** Which camera and microphone, how loud the microphone hears, and what to do when one does not work. */
export function DevicePicker({ local }: { readonly local: LocalMedia }): JSX.Element {
  return (
    <div class="devices">
      <Select
        label={text.door.chooseCamera}
        icon={<CameraIcon size="small" />}
        value={local.cameraId.value}
        options={optionsOf(local.cameras.value, text.door.camera, text.door.noCamera)}
        isDisabled={local.cameras.value.length === 0}
        onChoose={(id) => void local.chooseCamera(id)}
      />
      <Select
        label={text.door.chooseMicrophone}
        icon={<MicIcon size="small" />}
        value={local.microphoneId.value}
        options={optionsOf(local.microphones.value, text.door.microphone, text.door.noMicrophone)}
        isDisabled={local.microphones.value.length === 0}
        onChoose={(id) => void local.chooseMicrophone(id)}
      />
      {local.microphone.value ? (
        <div class="devices-level">
          <LevelMeter level={local.level} />
          <p>{local.isMicOn.value ? text.door.levelHint : text.door.levelOff}</p>
        </div>
      ) : null}
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
        <Button size="small" onClick={() => void local.start()}>
          {text.common.tryAgain}
        </Button>
      ) : null}
    </div>
  );
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
