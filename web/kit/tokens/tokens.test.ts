import { describe, expect, it } from 'vitest';
import { contrast, distance, rgbOf, type Sight, seenWith } from './colour-math.ts';
import { aqiLevels, levelInk, levelOf, wqiLevels } from './levels.ts';
import { palettes, scales, severitySteps, type ThemeName } from './tokens.ts';
import { themeVariables } from './variables.ts';

const themes: ThemeName[] = ['light', 'dark'];

describe('the arithmetic of colours', () => {
  it('gives the contrast ratios that WCAG names', () => {
    // Black on white is (1 + 0.05) / (0 + 0.05) = 21; #767676 is the darkest grey text that just passes on white: 4.54.
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });

  it('sees red and green of equal lightness as near to each other without the green cones', () => {
    const plainly = distance(rgbOf('#c04000'), rgbOf('#608000'));
    const blindly = distance(seenWith('deuteranopia', '#c04000'), seenWith('deuteranopia', '#608000'));
    expect(plainly).toBeGreaterThan(60);
    expect(blindly).toBeLessThan(plainly / 2);
  });
});

describe.each(themes)('the %s palette', (theme) => {
  const palette = palettes[theme];
  const grounds = { page: palette.page, panel: palette.panel, raised: palette.raised, hover: palette.hover };

  it.each(Object.entries(grounds))('keeps every text at 4.5:1 on the %s ground', (_name, ground) => {
    const texts = { ink: palette.ink, inkSoft: palette.inkSoft, brand: palette.brand, good: palette.good };
    for (const [name, colour] of Object.entries(texts)) {
      expect(contrast(colour, ground), name).toBeGreaterThanOrEqual(4.5);
    }
    for (const step of severitySteps) {
      expect(contrast(palette.severity[step].text, ground), `severity ${step}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('keeps stale values readable where they stand: on page, panel and raised grounds', () => {
    for (const ground of [palette.page, palette.panel, palette.raised]) {
      expect(contrast(palette.inkStale, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('keeps marks, focus and borders of controls at 3:1 on every ground', () => {
    for (const ground of [palette.page, palette.panel, palette.raised]) {
      expect(contrast(palette.focus, ground)).toBeGreaterThanOrEqual(3);
      expect(contrast(palette.lineStrong, ground)).toBeGreaterThanOrEqual(3);
      for (const step of severitySteps) {
        expect(contrast(palette.severity[step].mark, ground), `severity ${step}`).toBeGreaterThanOrEqual(3);
      }
      for (const colour of palette.series) expect(contrast(colour, ground)).toBeGreaterThanOrEqual(3);
    }
  });

  it('keeps words on severity grounds and on the brand at 4.5:1', () => {
    expect(contrast(palette.onBrand, palette.brand)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.onBrand, palette.brandHover)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.brand, palette.brandSoft)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.ink, palette.brandSoft)).toBeGreaterThanOrEqual(4.5);
    for (const step of severitySteps) {
      const severity = palette.severity[step];
      expect(contrast(severity.text, severity.soft), `severity ${step} text on soft`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(palette.ink, severity.soft), `ink on severity ${step}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(severity.onMark, severity.mark), `on mark ${step}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  // Criterion: as seen with each kind of colour blindness, and without, any two severities differ by at least 15 in
  // CIE76, six times the just noticeable 2.3; shape and word tell them apart besides.
  it.each([null, 'protanopia', 'deuteranopia', 'tritanopia'] as (Sight | null)[])(
    'keeps any two severities apart by 15 CIE76 with %s',
    (sight) => {
      for (const a of severitySteps) {
        for (const b of severitySteps.filter((step) => step > a)) {
          const [p, q] = [palette.severity[a].mark, palette.severity[b].mark].map((mark) =>
            sight ? seenWith(sight, mark) : rgbOf(mark),
          );
          expect(distance(p!, q!), `${a} and ${b}`).toBeGreaterThanOrEqual(15);
        }
      }
    },
  );

  it('writes every token as a custom property', () => {
    const variables = themeVariables(theme);
    expect(variables['--k-ink-soft']).toBe(palette.inkSoft);
    expect(variables['--k-sev-4-on-mark']).toBe(palette.severity[4].onMark);
    expect(Object.values(variables).every((value) => value.length > 0)).toBe(true);
  });
});

describe('levels of air and water', () => {
  it('are readable in one of the two inks on every colour of the decisions', () => {
    for (const level of [...aqiLevels, ...wqiLevels]) {
      // Pure red (255, 0, 0) carries 4.5:1 with nothing but black, so level inks are black and white, not our ink.
      expect(contrast(levelInk(level), level.color), level.name.en).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('fall where the decision puts them: 50 is Tốt, 51 Trung bình, 301 Nguy hại; water 91 is Rất tốt, 9 the worst', () => {
    expect(levelOf(aqiLevels, 50)?.name.vi).toBe('Tốt');
    expect(levelOf(aqiLevels, 51)?.name.vi).toBe('Trung bình');
    expect(levelOf(aqiLevels, 301)?.name.vi).toBe('Nguy hại');
    expect(levelOf(wqiLevels, 91)?.name.vi).toBe('Rất tốt');
    expect(levelOf(wqiLevels, 9)?.name.vi).toBe('Ô nhiễm rất nặng');
    expect(levelOf(aqiLevels, null)).toBeNull();
  });
});

describe('scales', () => {
  it('give stacked diacritics room: lines of at least 1.45 of the text, the wall nothing under 28 px', () => {
    for (const scale of Object.values(scales)) expect(scale.lineHeight).toBeGreaterThanOrEqual(1.45);
    expect(Math.min(scales.wall.text, scales.wall.small)).toBeGreaterThanOrEqual(28);
    expect(scales.citizen.control).toBeGreaterThanOrEqual(48);
  });
});
