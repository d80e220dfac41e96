/** Names that all modules know, so that they need not import them; see `frontend/api/schema.d.ts`. */
import type { ApiError as Failed, Schemas } from "../api/client.d.ts";
import type { words } from "./text/en.js";
import type { words as eventWords } from "./text/en-event.js";
import type { words as listWords } from "./text/en-list.js";

declare global {
  type ApiError = Failed;
  type Site = Schemas["Site"];
  type Page = Schemas["Page"];
  type HomePage = Schemas["HomePage"];
  type EventIndexPage = Schemas["EventIndexPage"];
  type StandardPage = Schemas["StandardPage"];
  type EventDetail = Schemas["Event"];
  type EventItem = Schemas["EventListItem"];
  type Session = Schemas["Session"];
  type Speaker = Schemas["Speaker"];
  type Testimonial = Schemas["Testimonial"];
  type Project = Schemas["Project"];
  type Contribution = Schemas["Contribution"];
  /** What comes from elsewhere: as of when, and whether a refresh is late. */
  type Fetched = { fetched_at: string | null; stale: boolean };
  type Image = Schemas["Image"];
  type NavigationItem = Schemas["NavigationItem"];
  type Section = HomePage["sections"][number];
  type Block = StandardPage["body"][number];
  type Resolved = Schemas["Resolved"];
  /** The languages that the OpenAPI document names; a site may have others. */
  type Locale = "en" | "es";

  /** The interface in one language. Those of events and of their list are there when their pages are. */
  type Words = CommonWords & EventWords & ListWords;
  type CommonWords = typeof words;
  type EventWords = typeof eventWords;
  type ListWords = typeof listWords;

  /** What a page module gives to the router. */
  interface View {
    /** Goes into `<main>`. */
    node: Node;
    /** The page's parts of `<head>`. */
    head: Head;
    /** Shows another query of the same path; without it the page is loaded anew. */
    update?: (url: URL, isTraverse: boolean) => Promise<void>;
  }

  /** What it takes to show one type of page. */
  interface Template {
    module: () => Promise<{ view: Show<any> }>;
    /** In `styles/`. */
    styles: string[];
    /** In `app/text/`, beside those that all pages need. */
    words?: "event" | "list";
  }

  /** `url` is the page's address, with the filters of lists. */
  type Show<P extends Page> = (page: P, site: Site, url: URL) => Promise<View>;

  interface Head {
    title: string;
    description?: string | null;
    image?: Image | null;
    canonical?: string;
    alternates?: { locale: string; href: string }[];
    jsonLd?: Record<string, unknown> | null;
    /** Search engines should not keep it. */
    isHidden?: boolean;
  }

  /** Null: the address leads elsewhere. */
  type Load = (url: URL, signal: AbortSignal) => Promise<View | null>;

  interface Navigation {
    /** By the browser's own buttons. */
    isTraverse?: boolean;
    isFirst?: boolean;
  }

  /** Of the list of events. */
  interface Filters {
    when: "upcoming" | "past" | "all";
    event_type?: EventItem["event_type"];
    attendance_mode?: EventItem["attendance_mode"];
    /** Any of them. */
    tag: string[];
    search: string;
    /** From 1. */
    page: number;
  }

  /** What times are formatted from: an event, or a session in its zone. */
  type Times = Pick<EventItem, "starts_at" | "ends_at" | "all_day" | "timezone">;

  interface Router {
    /** Take over this site's links; `onarrive` is called after each navigation, also within a page. */
    startRouter(loader: Load, onarrive: (url: URL) => void): void;
    /** `isReplacing`: the way back leads past what is shown. */
    go(address: string, isReplacing?: boolean): Promise<void>;
    /** Load what is shown once more. */
    reload(): Promise<void>;
    /** Tell those who do not see it. */
    announce(text: string): void;
  }

  interface EventQuery {
    /** What an address asks for; what makes no sense in it is passed over. */
    readFilters(params: URLSearchParams): Filters;
    /** The address of a list; the defaults are left out. */
    listAddress(path: string, filters: Partial<Filters>): string;
    /** For `/api/v2/events/`. */
    listQuery(filters: Filters): Partial<Omit<Filters, "when" | "page">> & {
      when?: "upcoming" | "past";
      limit: number;
      offset: number;
    };
    isFiltered(filters: Filters): boolean;
  }

  interface Sites {
    /** What looks like a language at the beginning of a path. */
    languageIn(path: string): string | undefined;
    /** The site in the language that a path is in. */
    siteAt(path: string): Promise<Site>;
    /** Without a language in the default one. */
    siteIn(locale?: string): Promise<Site>;
    /** The path of the start page. */
    startOf(site: Site): string;
  }

  interface EventFormat {
    /** Whether it takes more than one day. */
    isLong(event: Times): boolean;
    /** As `Thu, Nov 26, 2026`. */
    days(event: Times, isInFull?: boolean): string;
    /** As `6:30 – 8:30 PM`. */
    hours(event: Times): string;
    /** The zone by its place and distance, as `Costa Rica time (UTC−6)`. */
    zone(event: Times): string;
    /** The same moments on the visitor's clock; null where that shows the same. */
    visitorsTime(event: Times): string | null;
    /** Of the start, for a badge. */
    dayOf(event: Times): { day: string; month: string };
    /** As `November 2026`. */
    monthOf(event: Times): string;
    /** With the day where the event has several. */
    sessionTimes(session: Times, isLong: boolean): string;
    /** Whether the event has ended; null while it has not started. */
    isOver(event: Times): boolean | null;
  }

  /** What an element may contain; what is null, false or empty is left out. */
  type Child = Node | string | number | null | undefined | false | Child[];
  interface Attributes {
    [name: string]: any;
    onclick?: (event: MouseEvent & { target: Element; currentTarget: HTMLElement }) => void;
    onfocusout?: (event: FocusEvent & { relatedTarget: Node | null }) => void;
    oninput?: (event: Event) => void;
    onsubmit?: (event: SubmitEvent) => void;
    onkeydown?: (event: KeyboardEvent) => void;
  }

  /** What `index.html` has. */
  interface Document {
    getElementById(id: "header" | "content" | "footer" | "announcer"): HTMLElement;
    getElementById(id: "skeleton"): HTMLTemplateElement;
  }

  /**
   * Tag and classes as `a.button`, perhaps attributes, then children. Strings among the children
   * become text, never markup. `on…` attributes are listeners.
   */
  interface CreateElement {
    <K extends keyof Tags>(selector: K | `${K}.${string}`, attributes: Attributes, ...children: Child[]): Tags[K];
    <K extends keyof Tags>(selector: K | `${K}.${string}`, ...children: Child[]): Tags[K];
  }
}

type Tags = HTMLElementTagNameMap;
