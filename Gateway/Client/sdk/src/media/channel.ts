import type { Environment, Socket } from '../environment.ts';
import { Heartbeat } from '../heartbeat.ts';
import type { ChannelClientMessage, ChannelServerMessage, ContentHint, DemandItem } from '../protocol.ts';

export interface ChannelHandlers {
  message(message: ChannelServerMessage): void;
  /** The channel was refused, closed, or is silent; called once. */
  lost(): void;
}

const welcomeTimeoutMs = 8_000;

/** The WebSocket beside a media session: demands go up; slots, speakers and the codec rule come down. */
export class Channel {
  readonly #env: Environment;
  readonly #handlers: ChannelHandlers;
  readonly #heartbeat: Heartbeat;
  readonly #socket: Socket;
  readonly #cancelWelcome: () => void;
  #open = false;
  #over = false;
  #demand: readonly DemandItem[];
  #screen: ContentHint;

  /**
   * @param demand Sent right behind the hello, so that pictures are chosen before the transport is ready.
   * @param screen What a shared screen shows.
   */
  constructor(env: Environment, url: string, ticket: string, demand: readonly DemandItem[], screen: ContentHint, handlers: ChannelHandlers) {
    this.#env = env;
    this.#handlers = handlers;
    this.#demand = demand;
    this.#screen = screen;
    this.#heartbeat = new Heartbeat(env.clock, () => this.#write({ type: 'ping' }), () => this.#lose());
    this.#cancelWelcome = env.clock.after(welcomeTimeoutMs, () => this.#lose());
    this.#socket = this.#env.connect(url, {
      open: () => {
        if (this.#over) return;
        this.#open = true;
        this.#write({ type: 'hello', mediaTicket: ticket });
        this.#write({ type: 'demand', items: this.#demand });
        this.#write({ type: 'content', source: 'Screen', hint: this.#screen });
        this.#heartbeat.start();
      },
      message: (text) => this.#receive(text),
      close: () => this.#lose(),
    });
  }

  demand(items: readonly DemandItem[]): void {
    this.#demand = items;
    this.#write({ type: 'demand', items });
  }

  screenShows(hint: ContentHint): void {
    if (this.#screen === hint) return;
    this.#screen = hint;
    this.#write({ type: 'content', source: 'Screen', hint });
  }

  ticket(mediaTicket: string): void {
    this.#write({ type: 'ticket', mediaTicket });
  }

  close(): void {
    if (this.#over) return;
    this.#end();
    this.#socket.close();
  }

  #receive(text: string): void {
    if (this.#over) return;
    this.#heartbeat.heard();
    const message = JSON.parse(text) as ChannelServerMessage;
    if (message.type === 'welcome') this.#cancelWelcome();
    if (message.type !== 'pong') this.#handlers.message(message);
  }

  #write(message: ChannelClientMessage): void {
    if (this.#open && !this.#over) this.#socket.send(JSON.stringify(message));
  }

  #lose(): void {
    if (this.#over) return;
    this.#end();
    this.#socket.close();
    this.#handlers.lost();
  }

  #end(): void {
    this.#over = true;
    this.#heartbeat.stop();
    this.#cancelWelcome();
  }
}
