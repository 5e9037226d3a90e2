/**
 * The kit: the only door to the look of the product. Pages have no colour, spacing or text size of their own.
 * Charts are in `chart.ts` and the map in `map.ts`, so that a page that needs neither does not load them.
 */

export { Button, type ButtonProps } from './base/button.tsx';
export { Glyph, type Icon } from './base/glyph.tsx';
export { IconButton, type IconButtonProps } from './base/icon-button.tsx';
export {
  type Fact,
  Facts,
  type Gap,
  Grid,
  Heading,
  Hidden,
  Row,
  type RowProps,
  ScrollRegion,
  Split,
  Stack,
  Text,
  type TextProps,
} from './base/layout.tsx';
export { Link, type LinkProps } from './base/link.tsx';
export { Menu, type MenuItem } from './base/menu.tsx';
export { type Notice, notify, notifyError } from './base/notify.tsx';
export { pickFile } from './base/pick-file.ts';
export {
  KitProvider,
  type KitProviderProps,
  type Navigate,
  useNavigateTo,
  useTheme,
} from './base/provider.tsx';
export { useNow } from './base/use-now.ts';
export { useRested } from './base/use-rested.ts';
export { Board, type BoardColumn } from './cases/board.tsx';
export { Checklist, type ChecklistItem, type ChecklistProps } from './cases/checklist.tsx';
export { Clock, type ClockProps } from './cases/clock.tsx';
export { type ClockInput, type ClockRung, clockRung, clockShare } from './cases/clock-state.ts';
export { ConfirmAct, type ConfirmActProps } from './cases/confirm-act.tsx';
export { Explain, ExplainBody, type ExplainProps, type Explanation } from './cases/explain.tsx';
export { PhotoRow, type ShownPhoto } from './cases/photo-row.tsx';
export { Timeline, type TimelineItem } from './cases/timeline.tsx';
export { BarTrend, type BarTrendProps, type CompletenessCell, CompletenessStrip } from './charts/strips.tsx';
export { type ChoiceCard, ChoiceCards, type ChoiceCardsProps } from './citizen/choice-cards.tsx';
export { CodeBox } from './citizen/code-box.tsx';
export { CopyText } from './citizen/copy-text.tsx';
export { Photos } from './citizen/photos.tsx';
export { Stars } from './citizen/stars.tsx';
export { ShareBar, StepActs, StepLine, Tile } from './citizen/steps.tsx';
export { Said, Talk } from './citizen/talk.tsx';
export { Video } from './citizen/video.tsx';
export {
  type Asked,
  type Client,
  type ClientOptions,
  createClient,
  type InputOf,
  saveFile,
} from './client/client.ts';
export type { LiveEvent, LiveState } from './client/live.ts';
export { type Problem, ProblemError, type ProblemPart } from './client/problem.ts';
export { useLive, useLiveState, useOnline } from './client/use-live.ts';
export {
  LevelBadge,
  type LevelBadgeProps,
  type Provenance,
  ProvenanceMark,
  Severity,
  SeverityMark,
  SimulatedBanner,
  StateBadge,
  type StateTone,
} from './figures/badges.tsx';
export { Age, Figure, type FigureProps, FigureRow, isStale, Reading, type ReadingProps } from './figures/figure.tsx';
export { type HeatRow, HeatTable } from './figures/heat-table.tsx';
export { SparkLine, type SparkLineProps } from './figures/spark-line.tsx';
export { formatBytes, formatNumber, formatQuantity, formatShare, formatUnit, noValue } from './formats/numbers.ts';
export {
  formatAge,
  formatDate,
  formatDay,
  formatDuration,
  formatInstant,
  formatMonth,
  formatTime,
  type Instant,
} from './formats/times.ts';
export { type Formats, useFormats } from './formats/use-formats.ts';
export { CheckField, type CheckFieldProps } from './forms/check-field.tsx';
export { ChoiceField, type ChoiceFieldProps } from './forms/choice-field.tsx';
export type { FieldProps } from './forms/field.tsx';
export { NumberField, type NumberFieldProps } from './forms/number-field.tsx';
export { PhotoInput, type PhotoInputProps } from './forms/photo-input.tsx';
export { type FormSchema, fieldsOf, type Value, type Values } from './forms/schema.ts';
export { SchemaForm, type SchemaFormProps } from './forms/schema-form.tsx';
export { SwitchRow, type SwitchRowProps } from './forms/switch-row.tsx';
export { TextAreaField, TextField, type TextFieldProps } from './forms/text-fields.tsx';
export { DateField, InstantField } from './forms/time-fields.tsx';
export { VideoInput } from './forms/video-input.tsx';
export { recall, remember } from './memory.ts';
export { AppShell, type AppShellProps, type NavGroup, type NavItem } from './shells/app-shell.tsx';
export {
  BigDoor,
  CitizenShell,
  type CitizenShellProps,
  PhoneLayout,
  PhonePart,
} from './shells/citizen-shell.tsx';
export { ConnectionState } from './shells/connection-state.tsx';
export { type Crumb, Crumbs } from './shells/crumbs.tsx';
export { LanguageSwitch } from './shells/language-switch.tsx';
export { Page, type PageProps, Panel, type PanelProps } from './shells/page.tsx';
export { PhoneFold } from './shells/phone-fold.tsx';
export { SideSheet, type SideSheetProps } from './shells/side-sheet.tsx';
export { ViewSwitch } from './shells/view-switch.tsx';
export {
  Answer,
  type AnswerProps,
  EmptyState,
  ErrorState,
  LoadingState,
  NoRightState,
  OfflineState,
  Trouble,
} from './states/states.tsx';
export { type Column, DataTable, type DataTableProps } from './table/data-table.tsx';
export { type Density, type TableView, viewFromSearch, viewToSearch } from './table/view.ts';
export { aqiLevels, type Level, type LevelUpTo, levelInk, levelOf, wqiLevels } from './tokens/levels.ts';
export {
  type ScaleName,
  type SeverityStep,
  severitySteps,
  severityWords,
  type ThemeName,
} from './tokens/tokens.ts';
export { useTurn } from './wall/turn.ts';
export {
  type TickerItem,
  WallLayout,
  type WallLayoutProps,
  type WallTrend,
  WallTrends,
  type WallWrong,
  WallWrongList,
} from './wall/wall-layout.tsx';
export { currentLanguage, setLanguage, useLanguage, useSay, useText } from './words/language.ts';
export { type Say, type Texts, texts, useTexts } from './words/texts.ts';
