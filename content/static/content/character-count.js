/* Shows below a text field how much of it a frontend shows before it cuts. */
(() => {
  const { Controller } = window.StimulusModule;

  class CharacterCountController extends Controller {
    static values = { limit: Number, within: String, over: String };

    connect() {
      this.field = this.element.querySelector('input[type="text"], input:not([type]), textarea');
      if (!this.field) return;
      this.output = document.createElement('span');
      this.output.className = 'character-count';
      this.output.id = `${this.field.id}-count`;
      this.field.after(this.output);
      const described = this.field.getAttribute('aria-describedby');
      this.field.setAttribute(
        'aria-describedby',
        described ? `${described} ${this.output.id}` : this.output.id,
      );
      this.update = this.update.bind(this);
      this.field.addEventListener('input', this.update);
      this.field.addEventListener('change', this.update);
      this.update();
    }

    disconnect() {
      if (!this.output) return;
      this.field.removeEventListener('input', this.update);
      this.field.removeEventListener('change', this.update);
      this.output.remove();
    }

    update() {
      const length = Array.from(this.field.value).length;
      const text = length > this.limitValue ? this.overValue : this.withinValue;
      this.output.textContent = text
        .replace('{length}', length)
        .replace('{limit}', this.limitValue);
      this.output.classList.toggle('character-count--over', length > this.limitValue);
    }
  }

  window.wagtail.app.register('character-count', CharacterCountController);
})();
