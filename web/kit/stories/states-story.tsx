import {
  Button,
  EmptyState,
  ErrorState,
  Grid,
  LoadingState,
  NoRightState,
  notify,
  OfflineState,
  Panel,
  ProblemError,
} from '../index.ts';

/** Every state of a view that is not its data. */
export function StatesStory() {
  return (
    <Panel title="Các trạng thái của một khung nhìn">
      <Grid least={320}>
        <EmptyState title="Chưa có sự việc nào hôm nay" act={<Button>Xem hôm qua</Button>}>
          Cảnh báo mới sẽ hiện ở đây ngay khi có.
        </EmptyState>
        <LoadingState lines={4} />
        <ErrorState
          error={
            new ProblemError({
              type: 'urn:dttm:problem:unexpected',
              title: 'Lỗi hệ thống',
              status: 500,
              code: 'unexpected',
              detail: 'Đã có lỗi ngoài dự kiến và đã được ghi lại.',
              instance: 'req-8f3a',
            })
          }
          onRetry={() => notify({ title: 'Đang thử lại' })}
        />
        <OfflineState />
        <NoRightState />
      </Grid>
    </Panel>
  );
}
