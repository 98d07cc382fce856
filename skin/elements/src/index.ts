export type { Align, Gap } from './base/layout-cell.ts';
export { StackCell } from './stack/stack.ts';
export { FlexCell } from './flex/flex.ts';
export { GridCell } from './grid/grid.ts';
export { ContainerCell } from './container/container.ts';
export { SpacerCell } from './spacer/spacer.ts';
export { DividerCell } from './divider/divider.ts';
export { AspectRatioCell } from './aspect-ratio/aspect-ratio.ts';
export { LinkCell } from './link/link.ts';
export { SkipLinkCell } from './skip-link/skip-link.ts';
export { type ButtonType, type ButtonVariant, TouchReceptor } from './button/button.ts';
export { IconCell } from './icon/icon.ts';
export { iconNames, iconPath, registerIcon } from './icon/icons.ts';
export { type TextFieldType, TextReceptor } from './text-field/text-field.ts';
export { SelectReceptor } from './select/select.ts';
export type { SelectOption } from './base/options.ts';
export { CheckReceptor } from './checkbox/checkbox.ts';
export { SwitchReceptor } from './switch/switch.ts';
export { RadioReceptor } from './radio-group/radio-group.ts';
export { CheckGroupReceptor } from './checkbox-group/checkbox-group.ts';
export { TextareaReceptor } from './textarea/textarea.ts';
export { NumberReceptor } from './number-field/number-field.ts';
export { PasswordReceptor } from './password-field/password-field.ts';
export { SearchReceptor } from './search-field/search-field.ts';
export { SliderReceptor } from './slider/slider.ts';
export { AutocompleteReceptor, type Suggest } from './autocomplete/autocomplete.ts';
export { ComboReceptor } from './combobox/combobox.ts';
export { RatingReceptor } from './rating/rating.ts';
export { type OtpKind, OtpReceptor } from './otp-field/otp-field.ts';
export { type TagRefusal, type TagRefused, TagsReceptor } from './tag-input/tag-input.ts';
export { RangeReceptor } from './range-slider/range-slider.ts';
export { DateReceptor } from './date-picker/date-picker.ts';
export { DateRangeReceptor } from './date-range-picker/date-range-picker.ts';
export { TimeReceptor } from './time-picker/time-picker.ts';
export { ColorReceptor } from './color-picker/color-picker.ts';
export { FileReceptor } from './file-upload/file-upload.ts';
export type { FileRefusal } from './file-upload/accept.ts';
export type { FileRefused, FileState, Uploader, UploadItem, UploadTask } from './file-upload/queue.ts';
export { FormCell } from './form/form.ts';
export {
  bindForm,
  endpoint,
  EndpointError,
  type EndpointOptions,
  type FormOperation,
  type FormTendon,
} from './form/bind.ts';
export { IconButtonReceptor } from './icon-button/icon-button.ts';
export { ButtonGroupCell } from './button-group/button-group.ts';
export { type Description, DescriptionsCell } from './descriptions/descriptions.ts';
export { TimelineCell, type TimelineEntry } from './timeline/timeline.ts';
export { CodeBlockCell } from './code-block/code-block.ts';
export { CardCell } from './card/card.ts';
export { BadgeCell, type Tone } from './badge/badge.ts';
export { type RowActivation, TableCell, type TableSelection } from './table/table.ts';
export type { ColumnType, TableColumn } from './table/column.ts';
export type { ColumnState, TableState } from './table/column-state.ts';
export type { TableFilter } from './table/filter.ts';
export type { TableFilterChange, TableSortChange } from './table/table-data.ts';
export { tableCsv } from './table/csv.ts';
export type { SelectionMode } from './table/selection.ts';
export { compareCells, sortRows, type TableSort } from './table/sort.ts';
export { toast, ToastCell, type ToastOptions } from './toast/toast.ts';
export { type CloseReason, DialogCell } from './dialog/dialog.ts';
export { PlainCell } from './base/plain-cell.ts';
export { LayoutCell } from './base/layout-cell.ts';
export { AlertCell } from './alert/alert.ts';
export { SpinnerCell } from './spinner/spinner.ts';
export { ProgressBarCell } from './progress-bar/progress-bar.ts';
export { ProgressRingCell } from './progress-ring/progress-ring.ts';
export { SkeletonCell } from './skeleton/skeleton.ts';
export { StatCell } from './stat/stat.ts';
export { AvatarCell } from './avatar/avatar.ts';
export { TagCell } from './tag/tag.ts';
export { EmptyStateCell } from './empty-state/empty-state.ts';
export { StepperCell } from './stepper/stepper.ts';
export { BreadcrumbCell } from './breadcrumb/breadcrumb.ts';
export { PaginationCell } from './pagination/pagination.ts';
export { DrawerCell } from './drawer/drawer.ts';
export { confirm, ConfirmCell, type ConfirmOptions } from './confirm/confirm.ts';
export { PopoverCell } from './popover/popover.ts';
export { TooltipCell } from './tooltip/tooltip.ts';
export type { Placement } from './base/place.ts';
export { MenuCell } from './menu/menu.ts';
export { DropdownCell } from './dropdown/dropdown.ts';
export { MenuItemCell } from './menu/menu-item.ts';
export { TabsCell } from './tabs/tabs.ts';
export { TabCell } from './tabs/tab.ts';
export { AccordionCell } from './accordion/accordion.ts';
export { AccordionItemCell } from './accordion/accordion-item.ts';
export { TreeCell, type TreeSelection } from './tree/tree.ts';
export { TreeItemCell, type TreePlace } from './tree/tree-item.ts';
export { ContextMenuCell } from './context-menu/context-menu.ts';
export { SplitPanelCell } from './split-panel/split-panel.ts';
export { CommandPaletteCell, type PaletteCommand } from './command-palette/command-palette.ts';
export { JsonViewCell } from './json-view/json-view.ts';
export { type RenderedRange, type RenderItem, VirtualScrollerCell } from './virtual-scroller/virtual-scroller.ts';
export { ListCell, type ListSelection } from './list/list.ts';
export { SidebarCell } from './sidebar/sidebar.ts';
export { NavbarCell } from './navbar/navbar.ts';
export { BannerCell } from './banner/banner.ts';
export { InfiniteScrollCell } from './infinite-scroll/infinite-scroll.ts';
export { MasonryCell } from './masonry/masonry.ts';
export { CarouselCell, type SlideChange } from './carousel/carousel.ts';
export { SlideCell } from './carousel/slide.ts';
export {
  type CropOutput,
  type CropRect,
  ImageCropperReceptor,
  type ImageError,
  type ImageFailure,
} from './image-cropper/image-cropper.ts';
export { type ScrollEdge, ScrollAreaCell } from './scroll-area/scroll-area.ts';
export { ResizableCell, type Size } from './resizable/resizable.ts';
export { type DragLayout, DragListCell, type Lift, type Reorder } from './drag-list/drag-list.ts';
export { DragItemCell } from './drag-list/drag-item.ts';
export {
  applyTheme,
  type ColorScheme,
  type ThemeChange,
  type ThemeChoice,
  themeScript,
  ThemeSwitcherCell,
} from './theme-switcher/theme-switcher.ts';
export { LocaleProviderCell, type TermsLoad } from './locale-provider/locale-provider.ts';
export type { TranslateTerm } from './locale-provider/scopes.ts';
export { loadTerms } from './locale-provider/load-terms.ts';
export {
  bindData,
  type BindDataOptions,
  type BindFailure,
  collect,
  collectBy,
  type CollectOptions,
  type DataSource,
  type DataTendon,
  Feed,
  latest,
  type Stop,
  type Take,
} from './binding/bind-data.ts';
export { SkinCell } from './base/skin-cell.ts';
export { type Invalid, type NativeControl, Receptor } from './base/receptor.ts';
export { tokens, tokensSheet } from './base/tokens.ts';
export type { Terms } from './base/terms.ts';
export { setTerms, type TermTable } from './base/translations.ts';
