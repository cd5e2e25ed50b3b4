-- title: 商品购买行
-- one row = 一张小票里的一种商品，不含加油和券与杂项；没有商品资料的计为商品
-- key: basket_id, product_id
-- not null: household_id, store_id, day, quantity, sales_value
-- joins: household_id -> households.household_id, product_id -> products.product_id
select t.basket_id, t.product_id, t.household_id, t.store_id, t.day, t.quantity, t.sales_value,
       t.retail_disc + t.coupon_disc + t.coupon_match_disc as discount
from transactions as t
left join products as p on p.product_id = t.product_id
where p.kind is null or p.kind = '商品'
