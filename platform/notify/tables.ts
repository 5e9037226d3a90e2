import type { Generated, JSONColumnType } from 'kysely';
import type { Text } from '../words/index.ts';

export type NotifyTables = {
  notifications: {
    id: string;
    event_id: number;
    user_id: string;
    kind: string;
    subject_kind: 'alert' | 'alert-group' | 'case' | 'report' | 'task' | 'source';
    subject_id: string;
    title: JSONColumnType<Text>;
    text: JSONColumnType<Text>;
    provenance: string | null;
    created_at: Date;
    read_at: Date | null;
  };
  messages: {
    id: string;
    notification_id: string | null;
    channel: 'email' | 'sms' | 'push';
    address: string;
    subject: string;
    body: string;
    message_id: string;
    state: 'waiting' | 'sent' | 'dead';
    attempts: Generated<number>;
    next_at: Date;
    leased_until: Date | null;
    created_at: Date;
    done_at: Date | null;
    reason: string | null;
    personal: Generated<boolean>;
    about: Generated<string | null>;
    expires_at: Generated<Date | null>;
  };
  push_keys: { one: Generated<boolean>; public_key: string; private_key: string };
  push_subscriptions: { about: string; endpoint: string; p256dh: string; auth: string; created_at: Date };
};
