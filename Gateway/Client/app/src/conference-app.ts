import { LitElement, css, html } from 'lit';
import type { FinalReason, Meeting } from '@conference/client';
import type { LocalMedia } from './devices/local-media.ts';
import './pages/start-page.ts';
import './pages/join-page.ts';
import './pages/meeting-page.ts';
import './pages/over-page.ts';

type Route =
  | { readonly page: 'start' }
  | { readonly page: 'admin' }
  | { readonly page: 'my' }
  | { readonly page: 'join'; readonly code: string }
  | { readonly page: 'meeting'; readonly code: string; readonly meeting: Meeting; readonly local: LocalMedia }
  | { readonly page: 'over'; readonly code: string; readonly reason: FinalReason };

/** What the join page hands over. */
export interface Joined {
  readonly meeting: Meeting;
  readonly local: LocalMedia;
}

/** The whole page: which of its faces shows. */
export class ConferenceApp extends LitElement {
  static override properties = { route: { state: true } };

  declare route: Route;

  constructor() {
    super();
    this.route = routeOf(location.pathname);
    window.addEventListener('popstate', () => (this.route = routeOf(location.pathname)));
  }

  static override styles = css`:host { display: block; height: 100%; }`;

  override render() {
    const { route } = this;
    switch (route.page) {
      case 'start':
        return html`<start-page @go=${(event: CustomEvent<string>) => this.#go(event.detail)}></start-page>`;
      case 'admin':
        return html`<admin-page></admin-page>`;
      case 'my':
        return html`<my-page @go=${(event: CustomEvent<string>) => this.#go(event.detail)}></my-page>`;
      case 'join':
        return html`<join-page .code=${route.code} @joined=${(event: CustomEvent<Joined>) => (this.route = { page: 'meeting', code: route.code, ...event.detail })}></join-page>`;
      case 'meeting':
        return html`<meeting-page .code=${route.code} .meeting=${route.meeting} .local=${route.local}
          @over=${(event: CustomEvent<FinalReason>) => (this.route = { page: 'over', code: route.code, reason: event.detail })}></meeting-page>`;
      case 'over':
        return html`<over-page .reason=${route.reason} @rejoin=${() => (this.route = { page: 'join', code: route.code })}></over-page>`;
    }
  }

  #go(path: string): void {
    history.pushState(null, '', path);
    this.route = routeOf(location.pathname);
  }
}

function routeOf(path: string): Route {
  if (/^\/admin\/?$/.test(path)) {
    // Nobody else loads it.
    void import('./admin/admin-page.ts');
    return { page: 'admin' };
  }
  if (/^\/my\/?$/.test(path)) {
    void import('./account/my-page.ts');
    return { page: 'my' };
  }
  const code = /^\/j\/([A-Za-z0-9_-]{1,64})\/?$/.exec(path)?.[1];
  return code ? { page: 'join', code } : { page: 'start' };
}

customElements.define('conference-app', ConferenceApp);
