/* Wagtail shows a new preview as soon as this document has loaded. A frontend that fetches the draft
   has drawn nothing by then, so what was seen before would flash away. One that says when it has
   drawn ({ type: 'preview:drawn' } to its parent) is waited for. One that adds `refreshes: true`
   stays, and is told of each further change ({ type: 'preview:refresh' }) instead of being loaded
   again, which would take several times as long. */
(() => {
  const REPORTS = 'preview-reports-drawing';
  const LONGEST_WAIT_MS = 10000;

  const inPanel = window.parent !== window;
  if (!inPanel) return;

  const frontend = document.querySelector('iframe');
  let refreshes = false;
  let drawn = () => {};

  // As long as it is being written, this document has not loaded (HTML, "delay the load event").
  const held = document.createElement('iframe');
  held.hidden = true;
  document.body.append(held);
  held.contentDocument.open();

  function release() {
    held.contentDocument?.close();
    held.remove();
  }

  // From the first time on; a frontend that never says anything is never waited for.
  function isKnownToReport() {
    try {
      return sessionStorage.getItem(REPORTS) !== null;
    } catch {
      return false;
    }
  }

  function remember() {
    try {
      sessionStorage.setItem(REPORTS, '1');
    } catch {
      // Without storage previews flash, nothing worse.
    }
  }

  window.addEventListener('message', ({ source, data }) => {
    if (source !== frontend.contentWindow || data?.type !== 'preview:drawn') return;
    refreshes = data.refreshes === true;
    remember();
    release();
    drawn();
  });
  frontend.addEventListener('load', () => {
    setTimeout(release, isKnownToReport() ? LONGEST_WAIT_MS : 0);
  });

  // Null where it is not the panel that shows this.
  const panel = window.frameElement?.closest('[data-controller~="w-preview"]');
  let refreshing = null;
  let isStale = false;

  // The mode is part of the address, and with its first save a form gets another one.
  function isStillWanted() {
    const link = panel.querySelector('[data-w-preview-target="newTab"]');
    if (!link) return false;
    const wanted = new URL(link.href);
    wanted.searchParams.set('in_preview_panel', 'true');
    return wanted.href === window.location.href;
  }

  // What this document is made of is the draft's next version, kept for whoever has the address.
  async function keepDraft() {
    const answer = await fetch(window.location.href, { redirect: 'error' });
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (next.querySelector('iframe')?.src !== frontend.src) throw new Error('Another preview.');
  }

  function redraw() {
    return new Promise((resolve, reject) => {
      drawn = resolve;
      setTimeout(reject, LONGEST_WAIT_MS, new Error('Nothing drawn.'));
      const { origin } = new URL(frontend.src);
      frontend.contentWindow.postMessage({ type: 'preview:refresh' }, origin);
    });
  }

  async function refresh() {
    do {
      isStale = false;
      await keepDraft();
      await redraw();
    } while (isStale);
  }

  function refreshInPlace(event) {
    const isShown = window.frameElement?.isConnected;
    if (!isShown || !refreshes || !isStillWanted()) return;
    // Or else the panel loads a second frame, to take the place of this one.
    event.preventDefault();
    isStale = true;
    refreshing ??= refresh()
      // Signed out, invalid, no answer: what is loaded anew says what the matter is.
      .catch(() => window.location.reload())
      .finally(() => {
        refreshing = null;
      });
  }

  panel?.addEventListener('w-preview:load', refreshInPlace);
  window.addEventListener('pagehide', () => {
    panel?.removeEventListener('w-preview:load', refreshInPlace);
  });
})();
