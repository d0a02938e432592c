import type { AnswerFormat } from '../answer-format';
import { findConversation } from './converse';

/** Nova by InvokeModel. @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/using-invoke-api.html */
export const amazonNova: AnswerFormat = { kind: 'amazon-nova', find: findConversation };
