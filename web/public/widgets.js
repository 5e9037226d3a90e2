// For sites that embed a widget: gives each frame of this platform the height of what is in it. Optional: without it
// the height stays as the site wrote it. It reads nothing of the site.
(() => {
  const platform = new URL(document.currentScript.src).origin;
  const framesOfOurs = () =>
    [...document.querySelectorAll('iframe')].filter((frame) => frame.src.startsWith(`${platform}/widgets/`));
  window.addEventListener('message', (event) => {
    if (event.origin !== platform) return;
    if (event.data?.kind === 'dttm-widget-ready') event.source.postMessage({ kind: 'dttm-widget-hello' }, platform);
    if (event.data?.kind !== 'dttm-widget-height') return;
    const height = Math.ceil(Number(event.data.height));
    if (!(height > 0 && height <= 10000)) return;
    for (const frame of framesOfOurs()) if (frame.contentWindow === event.source) frame.style.height = `${height}px`;
  });
  // For frames that were ready before this script came. The greeting says nothing, whoever hears it.
  for (const frame of framesOfOurs()) frame.contentWindow?.postMessage({ kind: 'dttm-widget-hello' }, '*');
})();
