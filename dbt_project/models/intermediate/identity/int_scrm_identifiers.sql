{{ config(materialized='handoff') }}

with

linkwechat_customers as (

    {{
        identifier_rows(
            ref('stg_linkwechat__customers'),
            source='linkwechat_customer',
            record="'linkwechat_customer:' || coalesce(unionid, _content_hash) || ':' || staff_userid",
            rule='wecom_contact',
            seen_at='coalesce(' ~ start_of_day('added_on') ~ ', _exported_at)',
            identifiers=[
                {'namespace': 'wechat_unionid', 'column': 'unionid', 'strength': 'strong'},
                {
                    'namespace': 'email',
                    'column': 'email',
                    'strength': 'candidate',
                    'rule': 'staff_remark',
                },
            ]
        )
    }}

),

mochat_contacts as (

    {{
        identifier_rows(
            ref('stg_mochat__contacts'),
            source='mochat_contact',
            record="'mochat_contact:' || mochat_contact_id",
            rule='wecom_contact',
            seen_at='coalesce(created_at, _exported_at)',
            identifiers=[
                {
                    'namespace': 'wecom_external_userid',
                    'column': 'external_userid',
                    'strength': 'strong',
                },
                {'namespace': 'wechat_unionid', 'column': 'unionid', 'strength': 'strong'},
            ]
        )
    }}

),

fission_nodes as (

    {{
        identifier_rows(
            ref('stg_mochat__fission_nodes'),
            source='mochat_fission',
            record="'mochat_fission:' || node_id",
            rule='fission_node',
            seen_at='coalesce(joined_at, _exported_at)',
            identifiers=[
                {
                    'namespace': 'wecom_external_userid',
                    'column': 'external_userid',
                    'strength': 'strong',
                },
                {'namespace': 'wechat_unionid', 'column': 'unionid', 'strength': 'strong'},
            ]
        )
    }}

),

final as (

    select * from linkwechat_customers
    union all
    select * from mochat_contacts
    union all
    select * from fission_nodes

)

select * from final
