import type {
  AgentDesk,
  AnswerResult,
  Ask,
  CalendarDate,
  Locale,
  PublicAnswerer,
  Release,
} from '../answers/answer.ts';

export type { CalendarDate, Locale } from '../answers/answer.ts';

/** Name under which an answer is recorded. `api` is the default of API calls that name none. */
export type ChannelName = 'faq' | 'agent' | 'api' | 'chat' | (string & {});

/** A receipt of an answer that was served and stored. */
export interface Receipt {
  /** 8 unambiguous characters, upper case; read in any case, with or without hyphens and blanks. */
  readonly code: string;
  readonly url: string;
}

export interface ServedResult extends AnswerResult {
  /** Null where the answer was not recorded (cacheable GET, article pages). */
  readonly receipt: Receipt | null;
}

/** What a stored receipt brings back: the result to the letter, and when, where and to what it was said. */
export interface ReceiptRecord {
  readonly code: string;
  readonly servedAt: string;
  readonly channel: string;
  readonly conversationId: string | null;
  /** Personal data redacted before it was stored. Shown to agents only. */
  readonly question: string | null;
  readonly result: AnswerResult;
  /** Who may read it. */
  readonly audience: 'public' | 'agent';
}

/** Stores what was served, append-only. Made by feedback/; resolves after the row is durable. */
export interface Recorder {
  record(served: {
    readonly channel: ChannelName;
    readonly conversationId: string | null;
    /** Whom the caller says the customer is, opaque; stored as a pseudonym. Default: it says nothing. */
    readonly customer?: string | null;
    readonly ask: Ask;
    readonly result: AnswerResult;
    /** Who may read the receipt. */
    readonly audience: 'public' | 'agent';
  }): Promise<Receipt>;
  /** As the public or an agent may read it. */
  find(code: string, reader: 'public' | 'agent'): Promise<ReceiptRecord | null>;
}

/** What is being served right now; one object per release, so a request that takes it once sees one snapshot throughout. */
export interface Current {
  readonly public: PublicAnswerer;
  readonly desk: AgentDesk;
  readonly release: Release;
  /** Why the newest content is not served, one description per error; empty when it is. Agents and /readyz see it. */
  readonly refusals: readonly string[];
  /** Number of the release of which the content directory still is after it was rolled back; null: of none. */
  readonly held: number | null;
}

/** What agents see of a day. */
export type OpenedDay =
  | {
      /**
       * `now`: today or a day to come, from what is served; `then`: a day gone by, from the release that was current at its
       * end; `first`: a day before the first release, from that.
       */
      readonly kind: 'now' | 'then' | 'first';
      readonly current: Current;
    }
  /** The release of that day cannot be shown; `reason` is for agents. */
  | { readonly kind: 'unusable'; readonly release: Release; readonly reason: string };

/** Opens days for agents, and knows on which days releases came. */
export interface Days {
  /**
   * A day, in the site's time zone, ready for questions in a language (null: the default). For agents only: an earlier
   * release may hold what was withdrawn for a reason.
   */
  open(day: CalendarDate, locale: Locale | null): Promise<OpenedDay>;
  /** Days on which a release changed an article, or may have; null: any release; ascending. */
  releaseDays(articleId: string | null): Promise<readonly CalendarDate[]>;
}

/** For the record: where an answer was shown, in which conversation, and to whom. */
export interface ServedTo {
  readonly channel: ChannelName;
  /** Opaque; null: the caller names none. */
  readonly conversationId: string | null;
  /** Whom the caller says the customer is, opaque; stored as a pseudonym. Default: it says nothing. */
  readonly customer?: string | null;
}

/** The one door through which every channel asks. A public channel is handed this and never the desk. */
export interface PublicDoor {
  /** The public side of the current snapshot; take it once per request. */
  open(): PublicAnswerer;
  /** Asks and records; the result that every channel shows. */
  ask(answerer: PublicAnswerer, ask: Ask, served: ServedTo): Promise<ServedResult>;
  /** Asks without recording, so without a receipt: for addresses that may be cached and results while typing. */
  peek(answerer: PublicAnswerer, ask: Ask): ServedResult;
  receipt(code: string): Promise<ReceiptRecord | null>;
  /** The clock, for `asOf` and nothing else. */
  now(): Date;
}

/** The door for signed-in agents: the same answers, and the desk beside them. */
export interface AgentDoor extends PublicDoor {
  openBoth(): Current;
  /** Asks and records so that only agents can read the receipt: of an earlier release, whose text may have been withdrawn, or by a key for agents' answers. */
  askForAgents: PublicDoor['ask'];
  readonly days: Days;
}

/** What a door is made of. */
export interface DoorDeps {
  readonly current: () => Current;
  readonly recorder: Recorder;
  readonly now: () => Date;
  /** Does beforehand what would keep everybody else waiting while a question is answered; default: nothing. */
  readonly prepare?: (question: string) => Promise<void>;
}

export function createPublicDoor(deps: DoorDeps): PublicDoor {
  return {
    open: () => deps.current().public,
    ask: askFor(deps, 'public'),
    peek: (answerer, ask) => Object.freeze({ ...peekAt(answerer, ask), receipt: null }),
    receipt: (code) => deps.recorder.find(code, 'public'),
    now: deps.now,
  };
}

export function createAgentDoor(deps: DoorDeps & { readonly days: Days }): AgentDoor {
  return {
    ...createPublicDoor(deps),
    openBoth: deps.current,
    askForAgents: askFor(deps, 'agent'),
    receipt: (code) => deps.recorder.find(code, 'agent'),
    days: deps.days,
  };
}

/** Asks without recording, for what works in the background and shows nobody an answer. */
export function peekAt(answerer: PublicAnswerer, ask: Ask): AnswerResult {
  return answerer.answer(ask);
}

function askFor({ prepare, recorder }: DoorDeps, audience: 'public' | 'agent'): PublicDoor['ask'] {
  return async (answerer, ask, served) => {
    if (ask.question !== null) await prepare?.(ask.question);
    const result = answerer.answer(ask);
    const { explanation: _, ...said } = result;
    const receipt = await recorder.record({ ...served, ask, result: said, audience });
    return Object.freeze({ ...result, receipt });
  };
}
