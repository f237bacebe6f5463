import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Problem, problemOf } from "./problem";

type Values<F extends string> = Readonly<Record<F, string>>;
/** By field; those it does not name are fine. */
type Complaints = Readonly<Record<string, string | null>>;

const NONE: Complaints = {};

interface FormSpec<F extends string> {
  readonly initial: Values<F>;
  /** What the values refuse before anyone is asked. */
  check(values: Values<F>): Complaints;
  submit(values: Values<F>): Promise<void>;
  /** Words for a refusal that this form knows better than `problemOf`; null for the others. */
  explain?(error: unknown): { readonly message?: string; readonly fields?: Complaints } | null;
}

interface Bound {
  readonly name: string;
  readonly value: string;
  readonly error: string | null;
  onValue(value: string): void;
}

export interface Form<F extends string> {
  readonly element: RefObject<HTMLFormElement | null>;
  readonly values: Values<F>;
  readonly isBusy: boolean;
  /** What went wrong with the whole form; empty when nothing did. */
  readonly message: string;
  bind(field: F): Bound;
  onSubmit(event: Event): void;
  reset(): void;
}

/** A form's values and complaints: checked when sent, mended while typing, and the first wrong field has the focus. */
export function useForm<F extends string>(spec: FormSpec<F>): Form<F> {
  const element = useRef<HTMLFormElement>(null);
  const isSending = useRef(false);
  const [values, setValues] = useState(spec.initial);
  const [complaints, setComplaints] = useState<Complaints>(NONE);
  const [message, setMessage] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [failures, setFailures] = useState(0);

  useLayoutEffect(() => {
    if (failures > 0) element.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [failures]);

  const refuse = (fields: Complaints, words: string): void => {
    setComplaints(fields);
    setMessage(words);
    setFailures((count) => count + 1);
  };
  const send = async (): Promise<void> => {
    const found = spec.check(values);
    if (Object.values(found).some(Boolean)) {
      refuse(found, "");
      return;
    }
    setMessage("");
    setComplaints(NONE);
    setBusy(true);
    isSending.current = true;
    try {
      await spec.submit(values);
    } catch (error) {
      const own = spec.explain?.(error);
      if (own) refuse(own.fields ?? NONE, own.message ?? "");
      else refuse(...placed(problemOf(error), values));
    } finally {
      isSending.current = false;
      setBusy(false);
    }
  };
  return {
    element,
    values,
    isBusy,
    message,
    bind: (field) => ({
      name: field,
      value: values[field],
      error: complaints[field] ?? null,
      onValue: (value) => {
        const next = { ...values, [field]: value };
        setValues(next);
        if (complaints[field]) setComplaints({ ...complaints, [field]: spec.check(next)[field] ?? null });
      },
    }),
    onSubmit: (event) => {
      event.preventDefault();
      if (!isSending.current) void send();
    },
    reset: () => {
      setValues(spec.initial);
      setComplaints(NONE);
      setMessage("");
    },
  };
}

/** Complaints about fields that the form does not have become the form's own message. */
function placed(problem: Problem, values: object): [Complaints, string] {
  const entries = Object.entries(problem.fields);
  const known = entries.filter(([field]) => field in values);
  const others = entries.filter(([field]) => !(field in values)).map(([field, words]) => `${field}: ${words}`);
  return [Object.fromEntries(known), [problem.message, ...others].filter(Boolean).join(" ")];
}
