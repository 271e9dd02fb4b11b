with

trades as (

    select * from {{ ref('stg_youzan__trades') }}

),

outer_transactions as (

    {{ unnest_json('trades', 'outer_transaction_ids') }}

),

-- one payment may settle several trades of one basket: it is told of the first
final as (

    select
        item as wxpay_txn_id,
        min(order_id) as order_id
    from outer_transactions
    where item is not null
    group by item

)

select * from final
