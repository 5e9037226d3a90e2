/** The tokens as CSS custom properties; the style sheets of the kit use nothing else. */
import {
  fontFamily,
  motion,
  type Palette,
  palettes,
  radius,
  type ScaleName,
  scales,
  severitySteps,
  space,
  type ThemeName,
} from './tokens.ts';

const plainColours = [
  'page',
  'panel',
  'raised',
  'hover',
  'line',
  'lineStrong',
  'ink',
  'inkSoft',
  'inkStale',
  'brand',
  'brandHover',
  'brandSoft',
  'onBrand',
  'focus',
  'good',
  'water',
  'land',
  'landOther',
  'border',
  'shadow',
] as const satisfies readonly (keyof Palette)[];

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `--k-ink`, `--k-sev-3-mark`, `--k-series-1` ... of one theme. */
export function themeVariables(theme: ThemeName): Record<string, string> {
  const palette = palettes[theme];
  const variables: Record<string, string> = {};
  for (const name of plainColours) variables[`--k-${kebab(name)}`] = palette[name];
  for (const step of severitySteps) {
    const severity = palette.severity[step];
    variables[`--k-sev-${step}-mark`] = severity.mark;
    variables[`--k-sev-${step}-text`] = severity.text;
    variables[`--k-sev-${step}-soft`] = severity.soft;
    variables[`--k-sev-${step}-on-mark`] = severity.onMark;
  }
  palette.series.forEach((colour, index) => {
    variables[`--k-series-${index + 1}`] = colour;
  });
  return variables;
}

/** Sizes of one scale: `--k-text`, `--k-figure` ... in px. */
export function scaleVariables(name: ScaleName): Record<string, string> {
  const scale = scales[name];
  return {
    '--k-text': `${scale.text}px`,
    '--k-leading': String(scale.lineHeight),
    '--k-small': `${scale.small}px`,
    '--k-heading': `${scale.heading}px`,
    '--k-title': `${scale.title}px`,
    '--k-figure': `${scale.figure}px`,
    '--k-control': `${scale.control}px`,
  };
}

/** What no theme or scale changes. */
export function fixedVariables(): Record<string, string> {
  const variables: Record<string, string> = {
    '--k-font': fontFamily,
    '--k-radius': `${radius}px`,
    '--k-quick': `${motion.quick}ms`,
    '--k-slow': `${motion.slow}ms`,
  };
  for (const [step, pixels] of Object.entries(space)) variables[`--k-s${step}`] = `${pixels}px`;
  return variables;
}
