import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Answer,
  Button,
  ChoiceField,
  type Column,
  DataTable,
  Page as KitPage,
  notifyError,
  Panel,
  Row,
  SideSheet,
  Stack,
  StateBadge,
  Text,
  TextField,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { adminWords } from './admin-words.ts';
import { client } from './client.ts';

type User = Awaited<ReturnType<typeof client.call<'GET /api/users'>>>['items'][number];
type Scope = 'all' | 'organisation' | 'area';

/** Users with their roles and how far each reaches. */
export function Page() {
  const t = useTexts(adminWords);
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const users = useQuery(client.ask('GET /api/users', { query: { limit: 500 } }));
  const [open, setOpen] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  const columns: Column<User>[] = [
    { id: 'name', title: t('name'), value: (row) => row.name },
    { id: 'login', title: t('loginName'), value: (row) => row.loginName },
    { id: 'organisation', title: t('organisation'), filter: true, value: (row) => row.organisationId ?? '' },
    {
      id: 'state',
      title: t('state'),
      value: (row) => (row.active ? t('active') : t('blocked')),
      cell: (row) => <StateBadge word={row.active ? t('active') : t('blocked')} tone={row.active ? 'done' : 'late'} />,
    },
  ];
  return (
    <KitPage
      title={t('users')}
      primary={
        <Button kind="primary" onClick={() => setMaking(true)}>
          {t('create')}
        </Button>
      }
    >
      <DataTable
        label={t('users')}
        columns={columns}
        rows={users.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        onOpen={(row) => setOpen(row.id)}
        openKey={open}
        view={viewFromSearch(search)}
        onView={(view) => navigate(`/console/users?${new URLSearchParams(viewToSearch(view))}`)}
        error={users.error}
        onRetry={() => void users.refetch()}
        fileName="nguoi-dung"
      />
      <SideSheet opened={open !== null} onClose={() => setOpen(null)} title={t('users')} modal>
        {open ? <UserSheet id={open} onChanged={() => void users.refetch()} /> : null}
      </SideSheet>
      <SideSheet opened={making} onClose={() => setMaking(false)} title={t('create')} modal>
        {making ? <NewUser onMade={() => void users.refetch()} /> : null}
      </SideSheet>
    </KitPage>
  );
}

/** A search for an organisation, then a choice: the list is never loaded whole. */
function OrganisationPicker({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const t = useTexts(adminWords);
  const say = useSay();
  const [q, setQ] = useState('');
  const found = useQuery(client.ask('GET /api/organisations', { query: { q, limit: 20 } }));
  return (
    <Stack gap={2}>
      <TextField label={`${t('organisation')}…`} kind="search" value={q} onChange={setQ} />
      <ChoiceField
        label={t('organisation')}
        value={value}
        onChange={(id) => onChange(id ?? '')}
        choices={[
          { value: '', title: '–' },
          ...(found.data?.items ?? []).map((one) => ({ value: one.id, title: say(one.name) })),
        ]}
      />
    </Stack>
  );
}

function NewUser({ onMade }: { onMade: () => void }) {
  const t = useTexts(adminWords);
  const [loginName, setLoginName] = useState('');
  const [name, setName] = useState('');
  const [organisationId, setOrganisationId] = useState('');
  const [made, setMade] = useState<string | null>(null);
  const make = async () => {
    try {
      const { password } = await client.call('POST /api/users', {
        body: { loginName, name, organisationId: organisationId || null },
      });
      setMade(password);
      onMade();
    } catch (error) {
      notifyError(error);
    }
  };
  return (
    <Stack gap={4}>
      <TextField label={t('loginName')} value={loginName} onChange={setLoginName} required />
      <TextField label={t('name')} value={name} onChange={setName} required />
      <OrganisationPicker value={organisationId} onChange={setOrganisationId} />
      {made ? (
        <Text strong>{t('created', { password: made })}</Text>
      ) : (
        <Button kind="primary" disabled={!loginName || !name} onClick={() => void make()}>
          {t('create')}
        </Button>
      )}
    </Stack>
  );
}

function UserSheet({ id, onChanged }: { id: string; onChanged: () => void }) {
  const t = useTexts(adminWords);
  const say = useSay();
  const user = useQuery(client.ask('GET /api/users/:id', { params: { id } }));
  const roles = useQuery(client.ask('GET /api/roles'));
  const [roleCode, setRoleCode] = useState('');
  const [scope, setScope] = useState<Scope>('organisation');
  const [organisationId, setOrganisationId] = useState('');
  const [areaCode, setAreaCode] = useState('');
  const [password, setPassword] = useState<string | null>(null);
  const act = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      notifyError(error);
    }
    await user.refetch();
    onChanged();
  };
  const reach =
    scope === 'all' ? { scope } : scope === 'organisation' ? { scope, organisationId } : { scope, areaCode };
  return (
    <Answer of={user}>
      {(one) => (
        <Stack gap={5}>
          <Text strong>{one.name}</Text>
          <Row gap={2}>
            {one.may.includes('change') || one.may.includes('edit') ? (
              <Button
                onClick={() =>
                  void act(() =>
                    client.call('PATCH /api/users/:id', {
                      params: { id },
                      body: { active: !one.active, version: one.version },
                    }),
                  )
                }
              >
                {one.active ? t('blocked') : t('active')}
              </Button>
            ) : null}
            <Button
              onClick={() =>
                void act(async () =>
                  setPassword((await client.call('POST /api/users/:id/password', { params: { id } })).password),
                )
              }
            >
              {t('reset')}
            </Button>
            <Button onClick={() => void act(() => client.call('DELETE /api/users/:id/sessions', { params: { id } }))}>
              {t('signOut')}
            </Button>
          </Row>
          {password ? <Text strong>{t('created', { password })}</Text> : null}
          <Panel title={t('roles')}>
            <Stack gap={2}>
              {one.assignments.map((assignment) => (
                <Row key={assignment.id} spread>
                  <Text inline>
                    {say(assignment.role.name)} –{' '}
                    {assignment.reach.scope === 'all'
                      ? t('all')
                      : assignment.reach.scope === 'organisation'
                        ? assignment.reach.organisationId
                        : assignment.reach.areaCode}
                  </Text>
                  {assignment.may.length > 0 ? (
                    <Button
                      onClick={() =>
                        void act(() => client.call('DELETE /api/assignments/:id', { params: { id: assignment.id } }))
                      }
                    >
                      {t('end')}
                    </Button>
                  ) : null}
                </Row>
              ))}
            </Stack>
          </Panel>
          <Panel title={t('give')}>
            <Stack gap={3}>
              <ChoiceField
                label={t('role')}
                value={roleCode}
                onChange={(value) => setRoleCode(value ?? '')}
                choices={[
                  { value: '', title: '–' },
                  ...(roles.data?.items ?? []).map((role) => ({ value: role.code, title: say(role.name) })),
                ]}
              />
              <ChoiceField
                label={t('reach')}
                value={scope}
                onChange={(value) => setScope((value ?? 'organisation') as Scope)}
                choices={[
                  { value: 'all', title: t('all') },
                  { value: 'organisation', title: t('ofOrganisation') },
                  { value: 'area', title: t('ofArea') },
                ]}
              />
              {scope === 'organisation' ? (
                <OrganisationPicker value={organisationId} onChange={setOrganisationId} />
              ) : null}
              {scope === 'area' ? <TextField label={t('ofArea')} value={areaCode} onChange={setAreaCode} /> : null}
              <Button
                kind="primary"
                disabled={!roleCode}
                onClick={() =>
                  void act(() =>
                    client.call('POST /api/users/:id/assignments', { params: { id }, body: { roleCode, reach } }),
                  )
                }
              >
                {t('give')}
              </Button>
            </Stack>
          </Panel>
        </Stack>
      )}
    </Answer>
  );
}
