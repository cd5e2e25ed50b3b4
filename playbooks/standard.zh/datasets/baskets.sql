-- title: 订单
-- one row = 一张小票
-- key: basket_id
-- not null: household_id, store_id, day, sold_at, sales_value, lines, basket_no
-- joins: household_id -> households.household_id
select basket_id, household_id, store_id, min(day) as day, min(sold_at) as sold_at,
       sum(sales_value) as sales_value,
       sum(retail_disc + coupon_disc + coupon_match_disc) as discount,
       sum(coupon_disc + coupon_match_disc) as coupon_discount,
       count(*) as lines,
       row_number() over (partition by household_id order by min(sold_at), basket_id) as basket_no,
       date_diff('day', lag(min(day)) over (partition by household_id order by min(sold_at), basket_id), min(day))
         as days_since_last
from transactions
group by basket_id, household_id, store_id
