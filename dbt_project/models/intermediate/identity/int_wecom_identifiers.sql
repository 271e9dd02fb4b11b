{{ config(materialized='handoff') }}

with

customers as (

    {{
        identifier_rows(
            ref('stg_wecom__customers'),
            source='wecom_customer',
            record="'wecom_customer:' || external_userid || ':' || staff_userid",
            rule='wecom_contact',
            seen_at='coalesce(added_at, _exported_at)',
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

group_members as (

    {{
        identifier_rows(
            ref('stg_wecom__group_members'),
            source='wecom_group_member',
            record="'wecom_group_member:' || chat_id || ':' || member_id",
            rule='group_member',
            seen_at='coalesce(joined_at, _exported_at)',
            identifiers=[
                {
                    'namespace': 'wecom_external_userid',
                    'column': 'case when member_type = 2 then member_id end',
                    'strength': 'strong',
                },
                {
                    'namespace': 'wechat_unionid',
                    'column': 'case when member_type = 2 then unionid end',
                    'strength': 'strong',
                },
            ]
        )
    }}

),

admin_customers as (

    {{
        identifier_rows(
            ref('stg_wecom__admin_customers'),
            source='wecom_admin_customer',
            record="'wecom_admin_customer:' || coalesce(external_userid, _content_hash)",
            rule='wecom_contact',
            seen_at='coalesce(added_at, _exported_at)',
            identifiers=[
                {
                    'namespace': 'wecom_external_userid',
                    'column': 'external_userid',
                    'strength': 'strong',
                },
                {'namespace': 'wechat_unionid', 'column': 'unionid', 'strength': 'strong'},
                {
                    'namespace': 'phone',
                    'column': 'phone',
                    'strength': 'candidate',
                    'rule': 'staff_remark',
                },
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

final as (

    select * from customers
    union all
    select * from group_members
    union all
    select * from admin_customers

)

select * from final
