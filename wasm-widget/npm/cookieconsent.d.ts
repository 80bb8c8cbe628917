// The declarations of vanilla-cookieconsent 3 that a site's code names; the structure of the rest is taken as it comes.
// A test holds this file against the package's own `types/index.d.ts`.

export type AcceptType = "all" | "custom" | "necessary";
export type ModalName = "consentModal" | "preferencesModal";

export interface CookieItem {
  name: string | RegExp;
  path?: string;
  domain?: string;
}

export interface Service {
  label?: string;
  onAccept?: () => void;
  onReject?: () => void;
  cookies?: CookieItem[];
}

export interface Category {
  /** Not known here: nothing is ticked beforehand. */
  enabled?: boolean;
  /** Holds only for what `site.toml` calls strictly necessary. */
  readOnly?: boolean;
  /** Decided together, with their category. */
  services?: { [key: string]: Service };
  autoClear?: { cookies: CookieItem[]; reloadPage?: boolean };
}

export interface CookieValue {
  categories: string[];
  revision: number;
  /** Always `null`. */
  data: any;
  /** Always empty: no script may read who this is. */
  consentId: string;
  /** Empty if the choice was made before this page. */
  consentTimestamp: string;
  /** Empty if the choice was made before this page. */
  lastConsentTimestamp: string;
  languageCode: string;
  services: { [key: string]: string[] };
  /** Always 0: the service keeps it. */
  expirationTime: number;
}

export interface UserPreferences {
  acceptType: AcceptType;
  acceptedCategories: string[];
  rejectedCategories: string[];
  acceptedServices: { [key: string]: string[] };
  rejectedServices: { [key: string]: string[] };
}

export interface CookieOptions {
  name?: string;
  domain?: string;
  path?: string;
  sameSite?: "Lax" | "Strict" | "None";
  secure?: boolean;
  expiresAfterDays?: number | ((acceptType: AcceptType) => number);
  useLocalStorage?: boolean;
}

export interface GuiOptions {
  consentModal?: { layout?: any; position?: any; flipButtons?: boolean; equalWeightButtons?: boolean };
  preferencesModal?: { layout?: any; position?: any; flipButtons?: boolean; equalWeightButtons?: boolean };
}

export interface Translation {
  consentModal: { [key: string]: any };
  preferencesModal: { [key: string]: any; sections: { [key: string]: any }[] };
}

export interface CookieConsentConfig {
  root?: string | Element | null;
  mode?: "opt-in" | "opt-out";
  autoShow?: boolean;
  revision?: number;
  manageScriptTags?: boolean;
  autoClearCookies?: boolean;
  disablePageInteraction?: boolean;
  hideFromBots?: boolean;
  guiOptions?: GuiOptions;
  lazyHtmlGeneration?: boolean;
  cookie?: CookieOptions;
  onFirstConsent?: (param: { cookie: CookieValue }) => void;
  onConsent?: (param: { cookie: CookieValue }) => void;
  onChange?: (param: {
    cookie: CookieValue;
    changedCategories: string[];
    changedServices: { [key: string]: string[] };
  }) => void;
  onModalShow?: (param: { modalName: ModalName }) => void;
  onModalHide?: (param: { modalName: ModalName }) => void;
  onModalReady?: (param: { modalName: ModalName; modal: HTMLElement }) => void;
  categories: { [key: string]: Category };
  language: {
    default: string;
    rtl?: string | string[];
    autoDetect?: "document" | "browser";
    translations: { [locale: string]: Translation | string | (() => Translation) | (() => Promise<Translation>) };
  };
}

export function run(configOptions: CookieConsentConfig): Promise<void>;
export function show(createModal?: boolean): void;
export function hide(): void;
export function showPreferences(): void;
export function hidePreferences(): void;
/** Grants need the visitor's own click. */
export function acceptCategory(categories: string | string[], excludedCategories?: string[]): void;
/** Grants need the visitor's own click, and all services of the category. */
export function acceptService(services: string | string[], category: string): void;
export function acceptedCategory(categoryName: string): boolean;
export function acceptedService(serviceName: string, categoryName: string): boolean;
export function validConsent(): boolean;
export function validCookie(cookieName: string): boolean;
export function eraseCookies(cookies: string | RegExp | (string | RegExp)[], path?: string, domain?: string): void;
export function loadScript(src: string, attributes?: { [key: string]: string }): Promise<boolean>;
/** Always `false`: the choice holds nothing else. */
export function setCookieData(data: { value: any; mode?: "overwrite" | "update" }): boolean;
export function getCookie(): CookieValue;
export function getCookie<Field extends keyof CookieValue>(field: Field): CookieValue[Field];
export function getConfig(): CookieConsentConfig;
export function getConfig<Field extends keyof CookieConsentConfig>(field: Field): CookieConsentConfig[Field];
export function getUserPreferences(): UserPreferences;
/** `true` for the page's own language; a page in another one is another page. */
export function setLanguage(languageCode: string, forceSet?: boolean): Promise<boolean>;
/** With `true`, withdraws everything and asks again. */
export function reset(eraseCookie?: boolean): void;
