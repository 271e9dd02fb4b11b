{{ config(materialized='view') }}

with

unioned as (

    select * from {{ ref('int_wechat_identifiers') }}
    union all
    select * from {{ ref('int_wecom_identifiers') }}
    union all
    select * from {{ ref('int_scrm_identifiers') }}
    union all
    select * from {{ ref('int_remark_identifiers') }}
    union all
    select * from {{ ref('int_relation_identifiers') }}
    union all
    select * from {{ ref('int_member_identifiers') }}
    union all
    select * from {{ ref('int_consent_identifiers') }}
    union all
    select * from {{ ref('int_tracked_identifiers') }}
    union all
    select * from {{ ref('int_marketplace_identifiers') }}
    union all
    select * from {{ ref('int_shop_identifiers') }}
    union all
    select * from {{ ref('int_youzan_identifiers') }}
    union all
    select * from {{ ref('int_till_identifiers') }}
    union all
    select * from {{ ref('int_payment_identifiers') }}
    union all
    select * from {{ ref('int_order_event_identifiers') }}

),

final as (

    select
        record_id,
        namespace,
        scope,
        identifier,
        strength,
        rule,
        seen_at,
        source,
        source_file,
        line_number
    from unioned

)

select * from final
