/* Wagtail compares a form with what was in it two seconds after it was loaded, or when it was saved
   last. What somebody typed just before that would be neither saved nor previewed until the next
   change, nor would anybody be warned who leaves. So such a form counts as edited. */
(() => {
  const FORM = 'form[data-controller~="w-unsaved"]';
  const unnoticed = new WeakSet();

  function note({ target, isTrusted }) {
    const form = target.closest?.(FORM);
    // Widgets that set themselves up change nothing that is worth saving.
    if (form && isTrusted) unnoticed.add(form);
  }

  document.addEventListener('input', note);
  document.addEventListener('change', note);
  document.addEventListener('w-unsaved:add', ({ target }) => unnoticed.delete(target));
  document.addEventListener('w-unsaved:watch-edits', ({ target }) => {
    if (!unnoticed.delete(target)) return;
    // Later, because a form that was saved is about to be told that it has no edits.
    setTimeout(() => target.setAttribute('data-w-unsaved-force-value', 'true'));
  });
})();
