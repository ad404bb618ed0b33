import { LitElement, css, html, nothing } from 'lit';
import { icon } from '../icons.ts';
import { t } from '../i18n/language.ts';
import { controls } from '../styles/shared.ts';
import { signInPath, signOut, type Account } from './account-api.ts';

/** Where one signs in, by the name that people know. */
export function signInText({ name }: { readonly name?: string }): string {
  return name ? t('signIn.with', { name }) : t('signIn');
}

/** In the header: a way to sign in, or who is signed in, their meetings and the way out. Nothing where nobody can sign in. Emits `go` (detail: a path). */
export class AccountBar extends LitElement {
  static override properties = { account: { attribute: false }, onOwnPage: { type: Boolean } };

  declare account: Account | undefined;
  /** Their meetings are what the page shows. */
  declare onOwnPage: boolean;

  constructor() {
    super();
    this.onOwnPage = false;
  }

  static override styles = [controls, css`
    :host { display: inline-flex; align-items: center; gap: var(--space-2); min-width: 0; }
    a.button { text-decoration: none; white-space: nowrap; }
    .who { max-width: 22ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: var(--text-sm); color: var(--text-soft); }
    .short { display: none; }
    @media (max-width: 640px) { .who { display: none; } .out .long { display: none; } .short { display: inline-flex; } .out { padding: 0 8px; } }
  `];

  override render() {
    const { account } = this;
    if (!account?.signIn) return nothing;
    if (!account.person) return html`<a class="button small" data-testid="sign-in" title=${signInText(account.signIn)} href=${signInPath('/my')}>${t('signIn')}</a>`;
    const { name, email } = account.person;
    return html`<span class="who" data-testid="signed-in" title=${email ?? name}>${name}</span>
      ${this.onOwnPage ? nothing : html`<a class="button small" data-testid="my-meetings" href="/my" @click=${this.#go}>${t('my.title')}</a>`}
      <button class="button ghost small out" data-testid="sign-out" aria-label=${t('signIn.out')} title=${t('signIn.out')} @click=${this.#out}><span class="long">${t('signIn.out')}</span><span class="short">${icon('door')}</span></button>`;
  }

  #go(event: Event): void {
    event.preventDefault();
    this.dispatchEvent(new CustomEvent('go', { detail: '/my' }));
  }

  async #out(): Promise<void> {
    // Whatever went wrong, the page that comes says who is signed in.
    location.assign(await signOut().catch(() => '/'));
  }
}

customElements.define('account-bar', AccountBar);
