// Types of `window.volens`. Before the loader has run it is an array: `(window.volens ||= []).push((volens) => …)`.

export type PurposeStatus = "granted" | "refused" | "undecided";

export interface VolensState {
  /** Whether every choice has been made. */
  decided: boolean;
  purposes: Record<string, PurposeStatus>;
}

export interface VolensEvents {
  /** The loader has run. */
  ready: VolensState;
  /** The first choice in this browser, or the first after what was chosen counts no longer. */
  "first-consent": VolensState;
  /** All choices are made: at load, and after each change. */
  consent: VolensState;
  /** What holds is not what held before. */
  change: VolensState;
  /** The first layer or the center was shown. */
  ui: { banner?: true; center?: true };
  /** A service with `on_withdraw = "event"` lost its consent while it ran and must stop by itself. */
  withdraw: { purpose: string; service: string };
}

export interface Volens {
  /** Calls `fn` at once; before the loader has run, as soon as it has. */
  push(fn: (volens: Volens) => void): void;
  /** Shows the first layer again. */
  show(): void;
  /** Opens the cookie center, or the settings page where it cannot run. */
  showPreferences(): Promise<void>;
  /** Grants need the visitor's own click: resolves to `false`, and does nothing, without one. */
  acceptAll(): Promise<boolean>;
  rejectAll(): Promise<boolean>;
  /** Grants need the visitor's own click: resolves to `false`, and does nothing, without one or for an unknown purpose. */
  accept(purpose: string): Promise<boolean>;
  /** Resolves to `false`, and does nothing, for an unknown purpose. */
  reject(purpose: string): Promise<boolean>;
  /** Whether `purpose` may run now. */
  has(purpose: string): boolean;
  state(): VolensState;
  /** Withdraws everything and asks again; a page in which a withdrawn service ran is loaded anew instead. */
  reset(): Promise<void>;
  /** Calls `fn` at each event, which is also a `volens:<name>` event on `document`. Returns a function that stops it. */
  on<Name extends keyof VolensEvents>(name: Name, fn: (detail: VolensEvents[Name]) => void): () => void;
}

declare global {
  interface Window {
    volens: Volens | ((volens: Volens) => void)[];
  }
}
