import type { Volens, VolensEvents, VolensState } from "./volens.js";

export type { PurposeStatus, Volens, VolensEvents, VolensState } from "./volens.js";

export interface LoadOptions {
  /** Where the consent service answers. Default: `/consent/v1`. */
  endpoint?: string;
  /** Default: the page's `<html lang>`. */
  lang?: string;
  /** For a Content-Security-Policy that names one. */
  nonce?: string;
}

/**
 * Waits for the loader of the page. A page whose HTML carries no snippet gets it now, by the service's
 * `embed.js`: later than the first paint, and not without script, so put it into the HTML where you can. Then, under
 * `require-trusted-types-for`, the policy must allow `volens-load` and `volens-embed` besides `volens`.
 */
export function load(options?: LoadOptions): Promise<Volens>;
/** Resolves when the loader has run; on a server, never. */
export function ready(): Promise<Volens>;
/** Calls `fn` at once, or as soon as the loader has run; on a server, never. */
export function push(fn: (volens: Volens) => void): void;
/** Calls `fn` at each event. Returns a function that stops it. */
export function on<Name extends keyof VolensEvents>(name: Name, fn: (detail: VolensEvents[Name]) => void): () => void;
/** Calls `fn` with what holds now, and at each change. Returns a function that stops it. */
export function watch(fn: (state: VolensState) => void): () => void;
/**
 * Calls `start` whenever `purpose` begins to be granted, now or later, and what `start` returned when it ends. Returns a
 * function that ends it and stops watching.
 */
export function whenGranted(purpose: string, start: () => (() => void) | void): () => void;

/** Whether `purpose` may run now; `false` on a server and before the loader has run. */
export function has(purpose: string): boolean;
/** What holds; nothing decided on a server and before the loader has run. */
export function state(): VolensState;
export function show(): Promise<void>;
export function showPreferences(): Promise<void>;
/** Resolves to `false`, and grants nothing, without the visitor's own click; so do `accept` and `reject` where they do nothing. */
export function acceptAll(): Promise<boolean>;
export function rejectAll(): Promise<boolean>;
export function accept(purpose: string): Promise<boolean>;
export function reject(purpose: string): Promise<boolean>;
/**
 * Withdraws everything and asks again. A page in which a withdrawn service ran is loaded anew instead, which alone stops
 * it; it then holds the refusal and asks nobody.
 */
export function reset(): Promise<void>;
