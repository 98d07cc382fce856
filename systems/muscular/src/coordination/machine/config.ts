/** An event of a state machine. */
export interface MachineEvent {
  readonly type: string;
}

/** What guards and actions are given. */
export interface MachineArgs<Context, Event> {
  readonly context: Context;
  readonly event: Event;
  /** Adds an event that is handled right after this one, before any from outside. */
  readonly raise: (event: MachineEvent) => void;
}

/** A condition: a function, or the name of one. */
export type Guard<Context, Event> = string | ((args: MachineArgs<Context, Event>) => boolean);

/** An effect: a function, or the name of one. What it returns is merged into the context. */
export type Action<Context, Event> = string | ((args: MachineArgs<Context, Event>) => Partial<Context> | void);

/** One or several. */
export type OneOrMore<T> = T | readonly T[];

/** A transition: its target, or more about it. */
export type TransitionConfig<Context, Event> =
  | string
  | {
      /** `sibling`, `sibling.child`, `.child`, or `#id.path` from the root. Without one, nothing is left or entered. */
      readonly target?: string;
      readonly guard?: Guard<Context, Event>;
      readonly actions?: OneOrMore<Action<Context, Event>>;
      /** Leave and enter the source state too, when the target is the source or within it. Default false. */
      readonly reenter?: boolean;
    };

/** Transitions in the order in which they are tried. */
export type TransitionsConfig<Context, Event> = OneOrMore<TransitionConfig<Context, Event>>;

/** The events of a type; any event, when types are any text. */
export type EventOfType<Event extends MachineEvent, Type> = string extends Event['type']
  ? Event
  : Extract<Event, { readonly type: Type }>;

/** A state: the shape is a part of XState's. */
export interface StateConfig<Context, Event extends MachineEvent> {
  /** Default: `compound` with states, else `atomic`. */
  readonly type?: 'atomic' | 'compound' | 'parallel' | 'final';
  /** The child that is entered first, of a compound state. */
  readonly initial?: string;
  readonly states?: Readonly<Record<string, StateConfig<Context, Event>>>;
  readonly on?: {
    readonly [K in Event['type']]?: TransitionsConfig<Context, EventOfType<Event, K>>;
  };
  /** Transitions after so many milliseconds in this state. */
  readonly after?: Readonly<Record<number, TransitionsConfig<Context, Event>>>;
  /** Transitions that need no event: tried after each step. */
  readonly always?: TransitionsConfig<Context, Event>;
  /** Transitions when a compound state reaches a final child, or all regions of a parallel one do. */
  readonly onDone?: TransitionsConfig<Context, Event>;
  readonly entry?: OneOrMore<Action<Context, Event>>;
  readonly exit?: OneOrMore<Action<Context, Event>>;
}

/** A state machine, as declared. */
export interface MachineConfig<Context, Event extends MachineEvent> extends StateConfig<Context, Event> {
  readonly id: string;
  readonly context?: Context;
  /** For the compiler only: `types: {} as { events: Next | Stop }`. */
  readonly types?: { readonly events?: Event; readonly context?: Context };
}

/** Guards and actions that a declaration names. */
export interface MachineImplementations<Context, Event> {
  readonly guards?: Readonly<Record<string, (args: MachineArgs<Context, Event>) => boolean>>;
  readonly actions?: Readonly<Record<string, (args: MachineArgs<Context, Event>) => Partial<Context> | void>>;
}
