-- title: 活动触达客户
-- one row = 一期活动触达的一户：期内有没有购买、有没有核销
-- key: campaign_id, household_id
-- not null: campaign_type, day, end_day, orders, sales_value, redemptions
-- joins: campaign_id -> campaign_descriptions.campaign_id, household_id -> households.household_id
with bought as (
    select c.campaign_id, m.household_id, min(b.day) as bought_on, count(b.basket_id) as orders,
           sum(b.sales_value) as sales_value
    from campaign_descriptions as c
    join campaigns as m on m.campaign_id = c.campaign_id
    join baskets as b on b.household_id = m.household_id and b.day between c.start_day and c.end_day
    group by c.campaign_id, m.household_id
),
used as (
    select campaign_id, household_id, min(redeemed_on) as redeemed_on, count(*) as redemptions
    from coupon_redemptions
    group by campaign_id, household_id
)
select m.campaign_id, m.household_id, c.campaign_type, c.start_day as day, c.end_day, bought.bought_on,
       coalesce(bought.orders, 0) as orders, coalesce(bought.sales_value, 0) as sales_value,
       used.redeemed_on, coalesce(used.redemptions, 0) as redemptions
from campaigns as m
join campaign_descriptions as c on c.campaign_id = m.campaign_id
left join bought on bought.campaign_id = m.campaign_id and bought.household_id = m.household_id
left join used on used.campaign_id = m.campaign_id and used.household_id = m.household_id
