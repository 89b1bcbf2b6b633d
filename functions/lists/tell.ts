/** Something has changed on a pull list: every desk that watches it is told. */
import { ListNews } from '../../shared/domain/handling/pull-list.ts';
import { tellSubscribers } from '../../shared/edge/watch/list-news.ts';
import { queue } from '../../shared/edge/trigger.ts';

export const on = queue(['app'], ListNews, ({ app }, news) => tellSubscribers(app, news));
