-- title: 活动步骤
-- one row = 一期活动的一户走过的一步：触达、期内购买、核销；同一天的按这个次序
-- key: touch, step, moment, source_id
-- not null: campaign_id, household_id, day
-- joins: campaign_id -> campaign_descriptions.campaign_id, household_id -> households.household_id
with reached as (
    select m.campaign_id, m.household_id, c.start_day, c.end_day
    from campaigns as m
    join campaign_descriptions as c on c.campaign_id = m.campaign_id
),
steps as (
    select campaign_id, household_id, '触达' as step, '' as source_id, start_day as day, 0 as hour from reached
    union all
    select r.campaign_id, r.household_id, '购买' as step, b.basket_id as source_id, b.day, 1 as hour
    from reached as r
    join baskets as b on b.household_id = r.household_id and b.day between r.start_day and r.end_day
    union all
    select r.campaign_id, r.household_id, '核销' as step, u.coupon_upc as source_id, u.redeemed_on as day, 2 as hour
    from reached as r
    join coupon_redemptions as u on u.campaign_id = r.campaign_id and u.household_id = r.household_id
)
select concat(campaign_id, '-', household_id) as touch, campaign_id, household_id, step, source_id, day,
       cast(day as timestamp) + hour * interval '1 hour' as moment
from steps
