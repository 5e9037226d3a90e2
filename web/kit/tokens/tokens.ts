/**
 * The tokens: every colour, size and time of the product, once. CSS reads them as custom properties (`variables.ts`),
 * charts and maps as values. Grey is normal; saturated colour is kept for states, selection and the one primary act.
 */
import type { Text } from '../../../platform/words/index.ts';

export type ThemeName = 'light' | 'dark';

/** Information, minor, moderate, severe, extreme: as rules and alerts number them. */
export type SeverityStep = 1 | 2 | 3 | 4 | 5;

export type SeverityShape = 'circle' | 'square' | 'triangle' | 'diamond' | 'octagon';

export type SeverityColours = {
  /** Shapes, lines, borders: at least 3:1 on every ground. */
  mark: string;
  /** Words in the severity's colour: at least 4.5:1 on grounds and on `soft`. */
  text: string;
  /** A quiet ground for a row or banner. */
  soft: string;
  /** Ink on a ground of `mark`: at least 4.5:1. */
  onMark: string;
};

export type Palette = {
  /** Grounds, from the page up. */
  page: string;
  panel: string;
  raised: string;
  /** Ground of hovered rows and quiet chips. */
  hover: string;
  line: string;
  /** Borders of things one can act on: 3:1. */
  lineStrong: string;
  ink: string;
  /** Second voice: labels, ages, units: 4.5:1 on all grounds. */
  inkSoft: string;
  /** Stale values and disabled words: still 4.5:1, set apart by weight and word. */
  inkStale: string;
  brand: string;
  brandHover: string;
  brandSoft: string;
  onBrand: string;
  focus: string;
  good: string;
  water: string;
  land: string;
  landOther: string;
  border: string;
  shadow: string;
  severity: Record<SeverityStep, SeverityColours>;
  /** Series of a chart, in order; severity colours are never used for a series. */
  series: readonly [string, string, string, string, string, string];
};

const light: Palette = {
  page: '#F6F8FA',
  panel: '#FFFFFF',
  raised: '#FFFFFF',
  hover: '#EDF1F4',
  line: '#DFE5EA',
  lineStrong: '#7E8C9A',
  ink: '#17202A',
  inkSoft: '#566370',
  inkStale: '#66737F',
  brand: '#0B6E6E',
  brandHover: '#095858',
  brandSoft: '#E2F0EF',
  onBrand: '#FFFFFF',
  focus: '#0B6E6E',
  good: '#37724F',
  water: '#DDE7EE',
  land: '#F8F9FA',
  landOther: '#EEF1F4',
  border: '#AAB6C1',
  shadow: '0 1px 2px rgb(23 32 42 / 6%), 0 6px 20px rgb(23 32 42 / 10%)',
  severity: {
    1: { mark: '#647587', text: '#4E5E6E', soft: '#EEF2F5', onMark: '#FFFFFF' },
    2: { mark: '#1F5FBF', text: '#1B55AB', soft: '#EAF1FB', onMark: '#FFFFFF' },
    3: { mark: '#B38100', text: '#7A5800', soft: '#FCF4DC', onMark: '#17202A' },
    4: { mark: '#B23000', text: '#A32C00', soft: '#FCEBE2', onMark: '#FFFFFF' },
    5: { mark: '#7A0F4E', text: '#7A0F4E', soft: '#F9E8F1', onMark: '#FFFFFF' },
  },
  series: ['#0B6E6E', '#4A6FA5', '#7B6A9B', '#8A7356', '#5D7D5A', '#6B7785'],
};

const dark: Palette = {
  page: '#0E141A',
  panel: '#151C24',
  raised: '#1C252F',
  hover: '#1F2934',
  line: '#27323D',
  lineStrong: '#6A7A8A',
  ink: '#E2E8EE',
  inkSoft: '#A2B0BD',
  inkStale: '#8D9BA9',
  brand: '#5CBDB8',
  brandHover: '#7ACCC8',
  brandSoft: '#16302F',
  onBrand: '#06201F',
  focus: '#7ACCC8',
  good: '#7DB894',
  water: '#0A1016',
  land: '#18212A',
  landOther: '#121920',
  border: '#41505F',
  shadow: '0 1px 2px rgb(0 0 0 / 40%), 0 8px 24px rgb(0 0 0 / 45%)',
  severity: {
    1: { mark: '#A9B8C6', text: '#B7C4D0', soft: '#202A34', onMark: '#0E141A' },
    2: { mark: '#5B9BF0', text: '#82B4F5', soft: '#17263C', onMark: '#0E141A' },
    3: { mark: '#F2CC60', text: '#F2CC60', soft: '#2E2812', onMark: '#0E141A' },
    4: { mark: '#EE7030', text: '#F58F5C', soft: '#351F14', onMark: '#0E141A' },
    5: { mark: '#D9439B', text: '#F07DBC', soft: '#351629', onMark: '#0E141A' },
  },
  series: ['#5CBDB8', '#86A7D6', '#B3A2D6', '#C4AC88', '#94B892', '#A2B0BD'],
};

export const palettes: Record<ThemeName, Palette> = { light, dark };

export const severitySteps = [1, 2, 3, 4, 5] as const;

export const severityWords: Record<SeverityStep, Text> = {
  1: { vi: 'Thông tin', en: 'Information' },
  2: { vi: 'Nhẹ', en: 'Minor' },
  3: { vi: 'Vừa', en: 'Moderate' },
  4: { vi: 'Nặng', en: 'Severe' },
  5: { vi: 'Đặc biệt nghiêm trọng', en: 'Extreme' },
};

export const severityShapes: Record<SeverityStep, SeverityShape> = {
  1: 'circle',
  2: 'square',
  3: 'triangle',
  4: 'diamond',
  5: 'octagon',
};

/** Staff 14 px, citizens 17/26, wall at least 28 px. Line heights hold stacked diacritics (Ễ, Ẫ): at least 1.45. */
export type ScaleName = 'staff' | 'citizen' | 'wall';

export type Scale = {
  text: number;
  lineHeight: number;
  small: number;
  heading: number;
  title: number;
  figure: number;
  /** Height of buttons and fields. */
  control: number;
};

export const scales: Record<ScaleName, Scale> = {
  staff: { text: 14, lineHeight: 1.45, small: 12.5, heading: 16, title: 22, figure: 28, control: 34 },
  citizen: { text: 17, lineHeight: 26 / 17, small: 15, heading: 20, title: 26, figure: 40, control: 48 },
  wall: { text: 28, lineHeight: 1.45, small: 28, heading: 32, title: 40, figure: 64, control: 64 },
};

export const radius = 6;
export const space = { 1: 4, 2: 8, 3: 12, 4: 16, 5: 24, 6: 32, 7: 48 } as const;
export const motion = { quick: 120, slow: 200 } as const;
export const fontFamily = "'Inter Variable', system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
