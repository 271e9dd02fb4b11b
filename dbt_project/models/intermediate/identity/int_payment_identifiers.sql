{{ config(materialized='handoff') }}

with

payments as (

    select
        payments.source,
        payments.order_id,
        payments.appid,
        payments.openid,
        payments.occurred_at,
        payments.source_file as _source_file,
        payments.line_number as _line_number,
        oa_openids.oa_openid is not null as is_oa_openid
    from {{ ref('int_payments_matched') }} as payments
    left join {{ ref('int_oa_openids') }} as oa_openids
        on payments.openid = oa_openids.oa_openid
    where payments.openid is not null

),

-- an appid is the Official Account's when one of its payers follows there, else the program's
oa_appids as (

    select distinct appid
    from payments
    where is_oa_openid and appid is not null

),

payers as (

    select
        payments.*,
        case
            when payments.is_oa_openid or oa_appids.appid is not null then 'wechat_oa_openid'
            else 'wechat_mp_openid'
        end as namespace
    from payments
    left join oa_appids on payments.appid = oa_appids.appid

),

final as (

    {{
        identifier_rows(
            'payers',
            record="'order:' || order_id",
            rule='order',
            seen_at='occurred_at',
            identifiers=[
                {
                    'namespace_column': 'namespace',
                    'scope': "coalesce(appid, '')",
                    'column': 'openid',
                    'strength': 'strong',
                },
            ]
        )
    }}

)

select * from final
